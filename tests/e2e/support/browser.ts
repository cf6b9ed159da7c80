import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';

// Flags for headless Chromium in a container: its sandbox doesn't start for root, there is no graphics card, and its
// own requests to the internet would only fill the logs with refusals.
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
  /** An existing profile, which stays. */
  readonly profile?: string;
  readonly executablePath?: string | undefined;
}

/**
 * Opens one person's browser: a process of its own, with a profile on disk. Without a profile, Chromium keeps the
 * private file system in the browser's memory. That has no quota and hides how much memory a page takes.
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
  // The caller removes a profile that it made.
  if (given === undefined)
    context.on('close', () => void rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return context;
}
