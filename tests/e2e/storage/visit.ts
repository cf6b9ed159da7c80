import type { BrowserContext, Page } from '@playwright/test';

import { contentsOf, sha256 } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { PRIVATE } from './fixture.ts';

const PIECE_BYTES = 1024 * 1024;

/** Ends a browser like a crash: kills all its processes. */
export async function kill(context: BrowserContext): Promise<void> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const closed = context.waitForEvent('close');
  for (const { id } of processInfo.toSorted(({ type }) => (type === 'browser' ? -1 : 1)))
    killIfThere(id);
  await closed;
}

// Ignores a process that is gone: a child may have ended with its parent.
function killIfThere(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Opens a new delivery `one` in the page's private file system. */
export function open(page: Page, manifest: Manifest): Promise<unknown> {
  return page.evaluate((given) => window.storage.open('one', given.manifest, given.sink), {
    manifest,
    sink: PRIVATE,
  });
}

/** The result of `storedHashes` if all these pieces are stored correctly. */
export function hashesOf(
  manifest: Manifest,
  ordinals: readonly number[],
): readonly (readonly [ordinal: number, sha256: string])[] {
  const pieces = contentsOf(manifest).flatMap((bytes) =>
    Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, index) =>
      bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
    ),
  );
  return ordinals.map((ordinal) => [ordinal, sha256(pieces[ordinal]!).toString('hex')]);
}

/** The numbers from `first` up to `end`, without `end`. */
export function upTo(end: number, first = 0): readonly number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** The locks of deliveries that tabs hold, without the lifelines of workers. */
export async function deliveryLocks(page: Page): Promise<readonly string[]> {
  const { held = [] } = await page.evaluate(() => navigator.locks.query());
  return held
    .map(({ name = '' }) => name)
    .filter((name) => name.startsWith('burritoshare-delivery-'));
}
