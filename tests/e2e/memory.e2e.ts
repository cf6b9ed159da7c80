import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { accept, expect, open, share, test } from './support/app.ts';
import { sha256, writeRandom } from './support/files.ts';
import { slowDisk } from './support/slow-disk.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * What a page may hold more than before while bytes come in: the credit window (16 MiB) twice, since the
 * network's side and the disk's side of it overlap, and as much again for the browser's own queues and for
 * garbage that has not been collected yet. The file is several times as large.
 */
const ALLOWANCE = 96 * MEBIBYTE;

test('I1: with a disk slower than the network, the receiver’s memory stays flat', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(300_000);
  const source = await writeRandom(testInfo.outputPath('source.bin'), 300);
  const [sender, receiver] = [await person(), await person()];
  // About half as fast as the network of the same machine.
  await slowDisk(receiver, 120);
  await open(receiver, await share(sender, server.url, source));
  const before = await residentBytes(receiver);

  let peak = 0;
  let isMoving = true;
  const watching = (async () => {
    while (isMoving) peak = Math.max(peak, await residentBytes(receiver));
  })();
  const download = await accept(receiver, 280_000);
  isMoving = false;
  await watching;

  const grown = peak - before;
  testInfo.annotations.push({
    type: 'memory',
    description: `grew by ${(grown / MEBIBYTE).toFixed(0)} MiB for a file of 300 MiB`,
  });
  console.log(
    `receiver's page grew by ${(grown / MEBIBYTE).toFixed(0)} MiB at most while 300 MiB came in`,
  );
  expect(peak).toBeGreaterThan(0);
  expect(grown).toBeLessThan(ALLOWANCE);
  expect(await sha256(await download.path())).toBe(await sha256(source));
});

/** The largest resident set among the browser's renderer processes: the page's own. */
async function residentBytes(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error('the browser is gone');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id)),
  );
  return Math.max(...sizes);
}

async function residentOf(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
