import { expect, type Download, type Page } from '@playwright/test';

import { linkOf, open, reach } from '../../e2e/support/app.ts';
import { sha256, writeRandom } from '../../e2e/support/files.ts';
import type { LabServer, Person } from '../../netlab/people.ts';

const MEBIBYTE = 1024 * 1024;

/** MiB of the file: more than the bytes that may be sent twice. */
const SIZE = 96;

/** Bytes that may be sent twice after any fault: the window, the sender's queue, and some more. */
const TWICE_MAX = 64 * MEBIBYTE;

/** Bytes of tolerance: frame headers, 16 bytes for each 16 KiB, and bytes that a dying page has not reported. */
const OVERHEAD = 1 * MEBIBYTE;

/** A delivery that has begun. */
export interface BegunDelivery {
  readonly source: string;
  readonly link: string;
  readonly download: Promise<Download>;
}

/** Shares a file, opens the link on the other host, accepts, and waits until a good part of it has arrived. */
export async function begin(
  { server, sender, receiver }: { server: LabServer; sender: Person; receiver: Person },
  path: string,
): Promise<BegunDelivery> {
  const source = await writeRandom(path, SIZE);
  await sender.page.goto(server.url);
  await sender.page.getByTestId('file-input').setInputFiles(source);
  const link = await linkOf(sender.page);
  await open(receiver.page, link);
  const download = receiver.page.waitForEvent('download', { timeout: 0 });
  // A page that is reloaded or killed starts its download later.
  download.catch(() => undefined);
  await receiver.page.getByTestId('accept').click();
  await arrived(receiver.page, 0.3);
  return { source, link, download };
}

/** Waits until this part of the bytes is written and hashed. */
export async function arrived(page: Page, part: number): Promise<void> {
  await expect
    .poll(async () => Number(await page.getByTestId('progress').getAttribute('data-bytes')), {
      timeout: 120_000,
      intervals: [100],
    })
    .toBeGreaterThan(part * SIZE * MEBIBYTE);
}

/** Expects both ends to complete, equal files, and no more than the allowed bytes sent twice. */
export async function expectWhole(
  {
    sender,
    receiver,
    sent,
  }: { sender: Person; receiver: Person; sent: { readonly bytes: number } },
  { source, download }: Pick<BegunDelivery, 'source' | 'download'>,
  title: string,
): Promise<void> {
  await reach(receiver.page, 'complete', 150_000);
  await expect(sender.page.getByTestId('delivery').first()).toHaveAttribute(
    'data-state',
    'complete',
  );
  expect(await sha256(await (await download).path())).toBe(await sha256(source));
  const receipts = [sender, receiver].map(({ page }) =>
    page.getByTestId('receipt').first().innerText(),
  );
  const [theirs, mine] = await Promise.all(receipts);
  expect(theirs).toBe(mine);
  // Checks that the sent bytes were counted, except a few unreported ones.
  expect(sent.bytes).toBeGreaterThan((SIZE - 2) * MEBIBYTE);
  const twice = Math.max(0, sent.bytes - SIZE * MEBIBYTE - OVERHEAD);
  console.log(`${title}: ${(twice / MEBIBYTE).toFixed(1)} MiB sent twice`);
  expect(twice).toBeLessThanOrEqual(TWICE_MAX);
}
