import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';

// Headless Chromium in a container: its sandbox doesn't start for root, there is no graphics card, and
// everything that it would look up on the internet by itself only fills the logs with refusals.
export const CHROMIUM_FLAGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface BrowserOptions {
  readonly flags?: readonly string[];
  /** A profile that is there already, and stays. */
  readonly profile?: string;
  readonly executablePath?: string | undefined;
}

/**
 * One person's browser: a process of its own, with a profile on disk. Without one, Chromium keeps the
 * private file system in the browser's memory, which neither has a quota nor shows what memory a page takes.
 */
export async function openBrowser({
  flags = [],
  profile: given,
  executablePath = process.env['CHROMIUM_PATH'],
}: BrowserOptions = {}): Promise<BrowserContext> {
  const profile = given ?? (await mkdtemp(join(tmpdir(), 'burritoshare-profile-')));
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...CHROMIUM_FLAGS, ...flags],
    acceptDownloads: true,
  });
  // A profile that somebody else has made is theirs to remove.
  if (given === undefined)
    context.on('close', () => void rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return context;
}
