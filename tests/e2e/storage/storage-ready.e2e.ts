// A new delivery's files are made ready while its person reads the offer, and are gone if they never accept.
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { digestOf, file, manifestOf, MIB } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { test } from './fixture.ts';
import { deliveryLocks, upTo } from './visit.ts';
import { patchFiles } from '../support/slow-disk.ts';
import { patchWorker } from '../support/worker-script.ts';

const SMALL = manifestOf('small', [file('a', 3 * MIB + 5), file('b', 1), file('c', 2 * MIB)]);
const PIECES = 7;

const LARGE = manifestOf('large', [file('large', 600 * MIB)]);

const FOLDER = ['deliveries/', 'deliveries/one/'];
const READY = [
  ...FOLDER,
  'deliveries/one/data',
  'deliveries/one/journal',
  'deliveries/one/record.json',
];
const NOTHING = ['deliveries/'];

/** The paths of everything in the private file system. A file that is being made can't be read. */
async function expectTree(page: Page, paths: readonly string[]): Promise<void> {
  await expect(async () => {
    const tree = await page.evaluate(() => window.storage.tree());
    expect(tree.map(([path]) => path)).toEqual(paths);
  }).toPass();
}

function probe(page: Page, manifest: Manifest): Promise<unknown> {
  return page.evaluate((given) => window.storage.probe(given), manifest);
}

/** Probes, and waits until the files are there. */
async function makeReady(page: Page, manifest = SMALL): Promise<void> {
  expect(await probe(page, manifest)).toMatchObject({ kind: 'private' });
  await expectTree(page, READY);
}

/** Accepts, and receives everything. */
async function receiveAll(page: Page, manifest = SMALL): Promise<void> {
  expect(await page.evaluate(() => window.storage.accept())).toBe('open');
  expect(await page.evaluate(() => window.storage.list('one'))).toEqual([]);
  expect(await page.evaluate(() => window.storage.store('one'))).toBe('stored');
  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(manifest));
}

/** Records the names of the files that a page's workers open. */
async function watchOpening(page: Page): Promise<() => Promise<readonly string[]>> {
  await patchFiles(
    page,
    `const opened = new BroadcastChannel('opened');
    return (handle, name) => opened.postMessage(name);`,
  );
  await page.evaluate(() => {
    const names: string[] = [];
    Object.assign(window, { names });
    new BroadcastChannel('opened').onmessage = ({ data }: MessageEvent<string>) => names.push(data);
  });
  return () => page.evaluate(() => (window as unknown as { names: string[] }).names.splice(0));
}

test('what was made ready is taken over, and the delivery can be resumed', async ({ page }) => {
  const opened = await watchOpening(page);
  await makeReady(page);
  expect(new Set(await opened())).toEqual(new Set(['data', 'journal', 'record.json']));
  expect(await page.evaluate(() => window.storage.listStored())).toEqual([]);

  expect(await page.evaluate(() => window.storage.accept('one', 3))).toBe('open');
  expect(await opened()).toEqual([]);
  expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
    { id: 'one', generation: 3, pieces: [], state: 'unfinished' },
  ]);
  expect(await page.evaluate(() => window.storage.list('one'))).toEqual([]);
  await page.evaluate(() => window.storage.store('one', 0, 2));
  expect(await page.evaluate(() => window.storage.list('one'))).toHaveLength(2);
  await page.evaluate(() => window.storage.close('one'));
  expect(await deliveryLocks(page)).toEqual([]);

  const resumed = await page.evaluate(() => window.storage.openStored('one'));
  expect(resumed).toMatchObject({ generation: 3, pieces: [0, 1], state: 'unfinished' });
  await page.evaluate(() => window.storage.storeRest('one'));
  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(SMALL));
  expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
    { pieces: upTo(PIECES), state: 'finished' },
  ]);
});

test('a page that is closed right after "accept" keeps the delivery', async ({
  page,
  context,
  openPage,
}) => {
  await makeReady(page);
  expect(await page.evaluate(() => window.storage.accept('one', 1))).toBe('open');
  const other = await openPage(context);
  await page.close();

  expect(await other.evaluate(() => window.storage.removeLeftovers())).toEqual([]);
  expect(await other.evaluate(() => window.storage.openStored('one'))).toMatchObject({
    generation: 1,
    pieces: [],
  });
});

test('declining leaves nothing behind and frees the lock, and the same can be offered again', async ({
  page,
}) => {
  await makeReady(page);
  expect(await deliveryLocks(page)).toHaveLength(1);

  await page.evaluate(() => window.storage.decline());

  await expectTree(page, NOTHING);
  expect(await deliveryLocks(page)).toEqual([]);
  await makeReady(page);
  await receiveAll(page);
});

test('another offer lets go of what was ready for the one before', async ({ page }) => {
  await makeReady(page, LARGE);
  await makeReady(page);
  expect(await deliveryLocks(page)).toHaveLength(1);

  await receiveAll(page);
});

test('what was ready goes when the bundle finds no room any more', async ({ page, context }) => {
  await makeReady(page, LARGE);
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10 * MIB });

  expect(await probe(page, LARGE)).toMatchObject({ kind: 'none', code: 'disk.full' });

  await expectTree(page, NOTHING);
  await expect.poll(() => deliveryLocks(page)).toEqual([]);
});

test('an offer that is only read takes no room from another', async ({
  page,
  context,
  openPage,
}) => {
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 * MIB });
  await makeReady(page, LARGE);
  const other = await openPage(context);

  const probed = await other.evaluate((given) => window.storage.probe(given, 'two'), LARGE);

  expect(probed).toMatchObject({ kind: 'private' });
});

test('a tab that is closed before its person accepts leaves a leftover, which another removes', async ({
  page,
  context,
  openPage,
}) => {
  await makeReady(page);
  const other = await openPage(context);
  expect(await other.evaluate(() => window.storage.removeLeftovers())).toEqual([]);
  await page.close();

  await expect.poll(() => other.evaluate(() => window.storage.removeLeftovers())).toEqual(['one']);

  await expectTree(other, NOTHING);
});

test('a worker that dies before its person accepts is replaced', async ({ page }) => {
  await patchWorker(
    page,
    'opfs-sink',
    "new BroadcastChannel('kill').onmessage = () => self.close();",
    1,
  );
  await makeReady(page);
  await page.evaluate(() => new BroadcastChannel('kill').postMessage('now'));
  await expect.poll(() => deliveryLocks(page)).toEqual([]);
  await expectTree(page, NOTHING);

  await receiveAll(page);
});

test('what can’t be made ready is no error: accepting makes it', async ({ page }) => {
  await patchFiles(
    page,
    `let isFirst = true;
    return (handle, name) => {
      const write = handle.write.bind(handle);
      if (name === 'journal') handle.write = (...given) => {
        if (!isFirst) return write(...given);
        isFirst = false;
        throw new DOMException('planted', 'QuotaExceededError');
      };
    };`,
  );
  await makeReady(page);

  await receiveAll(page);
});
