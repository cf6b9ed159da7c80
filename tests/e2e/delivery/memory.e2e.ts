import type { Page } from '@playwright/test';
import { accept, expect, open, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { renderersOf, residentBytes } from '../support/resident-bytes.ts';
import { slowDisk } from '../support/slow-disk.ts';
import { patchWorker } from '../support/worker-script.ts';

const MEBIBYTE = 1024 * 1024;

/** MiB of the file. Each half is much more than DRIFT, so that the test finds a page that keeps it. */
const SIZE = 200;

/**
 * Bytes by which a page's memory may grow while bytes come in: the credit window (16 MiB) on the network's side and
 * again on the disk's, and the browser's own and uncollected memory.
 */
const ALLOWANCE = 128 * MEBIBYTE;

/** Bytes that the second half of the file may add to the maximum of the first half. */
const DRIFT = 32 * MEBIBYTE;

test('I1: with a disk slower than the network, the receiver’s memory stays flat', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(300_000);
  const source = await writeRandom(testInfo.outputPath('source.bin'), SIZE);
  const [sender, receiver] = [await person(), await person()];
  // At most 3.3 MB/s. Without this, two cores receive at about 6 MB/s, with hashing and the disk.
  await slowDisk(receiver, 300);
  await open(receiver, await share(sender, server.url, source));
  const renderers = await renderersOf(receiver);
  const before = await residentBytes(renderers);

  const grown = { firstHalf: 0, secondHalf: 0 };
  const moving = new AbortController();
  const watching = (async () => {
    while (!moving.signal.aborted) {
      const half =
        (await bytesSoFar(receiver)) < (SIZE / 2) * MEBIBYTE ? 'firstHalf' : 'secondHalf';
      grown[half] = Math.max(grown[half], (await residentBytes(renderers)) - before);
    }
  })();
  const download = await accept(receiver, 280_000);
  moving.abort();
  await watching;

  const inMebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(0);
  console.log(
    `The receiver's page grew by at most ${inMebibytes(grown.firstHalf)} MiB in the first half of ${SIZE} MiB, ` +
      `and ${inMebibytes(grown.secondHalf)} MiB in the second.`,
  );
  expect(grown.firstHalf).toBeLessThan(ALLOWANCE);
  expect(grown.secondHalf).toBeLessThan(grown.firstHalf + DRIFT);
  expect(await sha256(await download.path())).toBe(await sha256(source));
});

test('I1: a sender frees sent bytes at once, without waiting for the garbage collector', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 20);
  const [sender, receiver] = [await person(), await person()];
  await patchWorker(
    sender,
    'source',
    `{
      const read = Blob.prototype.arrayBuffer;
      const all = [];
      Blob.prototype.arrayBuffer = async function () {
        const memory = await read.call(this);
        all.push(memory);
        return memory;
      };
      const channel = new BroadcastChannel('memory');
      channel.onmessage = () => channel.postMessage(all.map(({ byteLength }) => byteLength));
    }`,
  );
  await open(receiver, await share(sender, server.url, source));
  const download = await accept(receiver);

  // Each piece once, and before that the first one, so that it is read quickly when it is asked for.
  await expect.poll(() => memoryOfReads(sender)).toEqual(Array.from({ length: 21 }, () => 0));
  expect(await sha256(await download.path())).toBe(await sha256(source));
});

/** Bytes of each read that the patched worker still holds. */
function memoryOfReads(page: Page): Promise<unknown> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const channel = new BroadcastChannel('memory');
        channel.onmessage = ({ data }) => resolve(data);
        channel.postMessage('tell');
      }),
  );
}

/** The written bytes that the page shows. */
async function bytesSoFar(page: Page): Promise<number> {
  const progress = page.getByTestId('progress');
  return (await progress.count()) === 0 ? 0 : Number(await progress.getAttribute('data-bytes'));
}
