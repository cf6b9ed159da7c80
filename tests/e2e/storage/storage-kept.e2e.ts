// Deliveries that outlive their tab, in the real browser: after a reload, a crash, or a torn or changed journal; and
// their later use.
import { expect } from '@playwright/test';

import { contentsOf, digestOf, file, manifestOf, MIB, SEVERAL, sha256 } from './bundle.ts';
import { download, PRIVATE, receive, test } from './fixture.ts';
import { unzip } from './unzip.ts';
import { deliveryLocks, hashesOf, kill, open, upTo } from './visit.ts';
import { openBrowser } from '../support/browser.ts';
import { patchFiles } from '../support/slow-disk.ts';

/** Some pieces of one byte, some of a MiB, and one that is neither. */
const SMALL = manifestOf('small', [file('a', 3 * MIB + 5), file('b', 1), file('c', 2 * MIB)]);
const PIECES = 7;

test('I4 a browser that is killed while storing keeps what was journaled, and goes on from there', async ({
  folder,
  openPage,
}) => {
  const manifest = manifestOf('large', [file('large', 90 * MIB + 7), file('small', 9)]);
  const first = await openBrowser({ profile: folder });
  const page = await openPage(first);
  await open(page, manifest);
  await page.evaluate(() => window.storage.recordGeneration('one', 3));
  await page.evaluate(() => window.storage.store('one', 0, 5));
  expect(await page.evaluate(() => window.storage.list('one'))).toHaveLength(5);
  // The journal is written every 16 MiB. Thirty-three more pieces are twice that, and one.
  void page.evaluate(() => window.storage.store('one', 5)).catch(() => undefined);
  await page.waitForFunction(() => window.storage.stored >= 5 + 33);
  await kill(first);

  const second = await openBrowser({ profile: folder });
  const again = await openPage(second);
  expect(await again.evaluate(() => window.storage.removeLeftovers())).toEqual([]);
  const [stored, ...others] = await again.evaluate(() => window.storage.listStored());
  expect(others).toEqual([]);
  expect(stored).toMatchObject({ id: 'one', generation: 3, state: 'unfinished' });
  expect(stored!.pieces.length).toBeGreaterThanOrEqual(5 + 32);
  expect(await again.evaluate(() => window.storage.storedHashes('one'))).toEqual(
    hashesOf(manifest, stored!.pieces),
  );

  expect((await again.evaluate(() => window.storage.openStored('one')))?.pieces).toEqual(
    stored!.pieces,
  );
  await again.evaluate(() => window.storage.storeRest('one'));
  expect(await again.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(manifest));
  const { bytes } = await download(again);
  expect(unzip(bytes).map((entry) => sha256(entry.bytes))).toEqual(
    contentsOf(manifest).map((content) => sha256(content)),
  );
  await second.close();
});

test('E4 a browser that is killed as soon as a place is open knows what was left out', async ({
  folder,
  openPage,
}) => {
  const leftOut = [{ first: 1, end: 2 }];
  const first = await openBrowser({ profile: folder });
  const page = await openPage(first);
  await page.evaluate(
    ({ manifest, sink, choice }) => window.storage.openInPart('one', manifest, sink, choice),
    { manifest: SMALL, sink: PRIVATE, choice: { entries: SMALL.entries.length, leftOut } },
  );
  await kill(first);

  const second = await openBrowser({ profile: folder });
  const again = await openPage(second);
  const [stored] = await again.evaluate(() => window.storage.listStored());
  expect(stored).toMatchObject({ id: 'one', generation: 1, leftOut });
  await second.close();
});

test('I4 forgotten pieces stay forgotten when the browser is killed', async ({
  folder,
  openPage,
}) => {
  const first = await openBrowser({ profile: folder });
  const page = await openPage(first);
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one'));
  // Forgets journaled pieces, and later one that is not journaled yet.
  await page.evaluate(() => window.storage.list('one'));
  await page.evaluate(() => window.storage.forget('one', [{ first: 1, end: 3 }]));
  await page.evaluate(() => window.storage.store('one', 1, 2));
  await page.evaluate(() => window.storage.forget('one', [{ first: 1, end: 2 }]));
  await kill(first);

  const second = await openBrowser({ profile: folder });
  const again = await openPage(second);
  const [stored] = await again.evaluate(() => window.storage.listStored());
  expect(stored?.pieces).toEqual([0, 3, 4, 5, 6]);
  await second.close();
});

test('I4 noted pieces that are forgotten do not come back with the next journal record', async ({
  page,
}) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one', 0, 3));
  await page.evaluate(() => window.storage.forget('one', [{ first: 1, end: 3 }]));
  await page.evaluate(() => window.storage.list('one'));
  await page.evaluate(() => window.storage.close('one'));

  const [stored] = await page.evaluate(() => window.storage.listStored());
  expect(stored?.pieces).toEqual([0]);
});

test('I4 the journal names no unflushed piece, and is flushed before a call resolves', async ({
  page,
}) => {
  await patchFiles(
    page,
    `const unflushed = { data: false, journal: false };
    return (handle, name) => {
      for (const operation of ['write', 'flush']) {
        const browsers = handle[operation].bind(handle);
        handle[operation] = (...given) => {
          if (name === 'journal' && unflushed.data) throw new Error('named before it was flushed');
          unflushed[name] = operation === 'write';
          return browsers(...given);
        };
      }
      const close = handle.close.bind(handle);
      handle.close = () => {
        if (unflushed[name]) throw new Error(name + ' was closed before it was flushed');
        close();
      };
    };`,
  );
  await open(page, manifestOf('large', [file('large', 40 * MIB)]));

  expect(await page.evaluate(() => window.storage.store('one'))).toBe('stored');
  expect(await page.evaluate(() => window.storage.list('one'))).toHaveLength(40);
  expect(await page.evaluate(() => window.storage.seal('one', []))).toMatch(
    /^[\da-f]{64} [\da-f]{64}$/,
  );
});

for (const [what, how, at, held] of [
  ['torn in its last record', 'cut', -3, 6],
  ['torn down to its first byte', 'cut', 1, 0],
  ['empty', 'cut', 0, 0],
  ['changed in its last record', 'flip', -3, 6],
  ['changed in its first record', 'flip', 20, 0],
] as const) {
  test(`I4 a journal that is ${what} counts up to the damage, and is continued`, async ({
    page,
  }) => {
    await open(page, SMALL);
    for (const ordinal of upTo(PIECES)) {
      await page.evaluate((given) => window.storage.store('one', given, given + 1), ordinal);
      await page.evaluate(() => window.storage.list('one'));
    }
    await page.evaluate(() => window.storage.close('one'));
    await page.evaluate((given) => window.storage.damage('one', 'journal', given.how, given.at), {
      how,
      at,
    });

    const [stored] = await page.evaluate(() => window.storage.listStored());
    expect(stored?.pieces).toEqual(upTo(held));
    await page.evaluate(() => window.storage.openStored('one'));
    expect(await page.evaluate(() => window.storage.list('one'))).toHaveLength(held);
    await page.evaluate(() => window.storage.storeRest('one'));
    await page.evaluate(() => window.storage.close('one'));
    const [whole] = await page.evaluate(() => window.storage.listStored());
    expect(whole?.pieces).toEqual(upTo(PIECES));
    expect(await page.evaluate(() => window.storage.storedHashes('one'))).toEqual(
      hashesOf(SMALL, upTo(PIECES)),
    );
  });
}

test('I4 a container that was cut holds nothing', async ({ page }) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.recordGeneration('one', 2));
  await page.evaluate(() => window.storage.store('one'));
  await page.evaluate(() => window.storage.close('one'));
  await page.evaluate(() => window.storage.damage('one', 'data', 'cut', -1));

  const [stored] = await page.evaluate(() => window.storage.listStored());
  expect(stored).toMatchObject({ pieces: [], bytes: 0, generation: 2 });
  await page.evaluate(() => window.storage.openStored('one'));
  expect(await page.evaluate(() => window.storage.list('one'))).toEqual([]);
});

for (const [what, how, at] of [
  ['cut off', 'cut', -1],
  ['empty', 'cut', 0],
  ['changed', 'flip', 2],
] as const) {
  test(`a record that is ${what} is a leftover, and is removed`, async ({ page }) => {
    await open(page, SMALL);
    await page.evaluate(() => window.storage.close('one'));
    await page.evaluate(
      (given) => window.storage.damage('one', 'record.json', given.how, given.at),
      { how, at },
    );

    expect(await page.evaluate(() => window.storage.listStored())).toEqual([]);
    expect(await page.evaluate(() => window.storage.openStored('one'))).toBeUndefined();
    expect(await page.evaluate(() => window.storage.removeLeftovers())).toEqual(['one']);
    expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
  });
}

test('a page that is reloaded while it stores finds the delivery again', async ({ page }) => {
  await open(page, manifestOf('large', [file('large', 200 * MIB)]));
  void page.evaluate(() => window.storage.store('one')).catch(() => undefined);
  await page.waitForFunction(() => window.storage.stored > 20);
  await page.reload();
  await page.waitForFunction(() => 'storage' in window);

  const opened = await page.evaluate(() => window.storage.openStored('one'));
  expect(opened!.pieces.length).toBeGreaterThanOrEqual(16);
  expect(await page.evaluate(() => window.storage.store('one', 0, 1))).toBe('stored');
});

test('a page waits for a file that the old page’s worker still has open', async ({ page }) => {
  await patchFiles(
    page,
    `let left = 3;
    return (handle) => {
      if (left-- <= 0) return;
      handle.close();
      throw new DOMException('planted', 'NoModificationAllowedError');
    };`,
  );

  expect(await open(page, SMALL)).toBe('open');
});

test('a delivery that is being written while it is read is listed and opened all the same', async ({
  page,
  openPage,
  context,
}) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one', 0, 2));
  await page.evaluate(() => window.storage.list('one'));
  await page.close();
  const again = await openPage(context);
  // As browsers answer when a file has changed since it was opened.
  const readTwiceInVain = () =>
    again.evaluate(() => {
      let left = 2;
      Blob.prototype.arrayBuffer = function () {
        if (left-- > 0) return Promise.reject(new DOMException('planted', 'NotReadableError'));
        return new Response(this).arrayBuffer();
      };
    });

  await readTwiceInVain();
  expect(await again.evaluate(() => window.storage.listStored())).toMatchObject([
    { id: 'one', pieces: [0, 1] },
  ]);
  await readTwiceInVain();
  expect(await again.evaluate(() => window.storage.openStored('one'))).toMatchObject({
    pieces: [0, 1],
  });
});

test('a delivery that can’t be read hides no other', async ({ page, context, openPage }) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one', 0, 2));
  await page.evaluate(() => window.storage.list('one'));
  await page.close();
  const again = await openPage(context);
  await again.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const deliveries = await root.getDirectoryHandle('deliveries');
    // Sorted before the other: a folder in the place of a file.
    const broken = await deliveries.getDirectoryHandle('a', { create: true });
    await broken.getDirectoryHandle('record.json', { create: true });
  });

  expect(await again.evaluate(() => window.storage.listStored())).toMatchObject([{ id: 'one' }]);
});

test('a delivery that another tab has open is listed as such, and neither opened nor removed', async ({
  page,
  context,
  openPage,
}) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one', 0, 2));
  await page.evaluate(() => window.storage.list('one'));
  const other = await openPage(context);

  expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
    { isElsewhere: false, pieces: [0, 1] },
  ]);
  expect(await other.evaluate(() => window.storage.listStored())).toMatchObject([
    { isElsewhere: true, pieces: [0, 1] },
  ]);
  expect(await other.evaluate(() => window.storage.openStored('one'))).toBeUndefined();
  expect(await other.evaluate(() => window.storage.discardStored('one'))).toBe(false);
  expect(await other.evaluate(() => window.storage.removeLeftovers())).toEqual([]);

  await page.evaluate(() => window.storage.close('one'));
  expect(await other.evaluate(() => window.storage.openStored('one'))).toMatchObject({
    pieces: [0, 1],
  });
});

test('a finished delivery with an unreadable record is no leftover while another tab has it open', async ({
  page,
  context,
  openPage,
}) => {
  await receive(page, SEVERAL, [3]);
  await page.evaluate(() => window.storage.damage('one', 'record.json', 'cut', 0));
  const other = await openPage(context);

  expect(await other.evaluate(() => window.storage.removeLeftovers())).toEqual([]);
  await page.evaluate(() => window.storage.close('one'));
  expect(await other.evaluate(() => window.storage.removeLeftovers())).toEqual(['one']);
});

test('D3 a finished delivery is still finished after a reload, and can be saved at once', async ({
  page,
}) => {
  await receive(page, SEVERAL, [3]);
  await page.reload();
  await page.waitForFunction(() => 'storage' in window);

  const contents = contentsOf(SEVERAL);
  const [stored] = await page.evaluate(() => window.storage.listStored());
  expect(stored).toMatchObject({
    state: 'finished',
    digest: digestOf(SEVERAL, [3]),
    absent: [{ file: 3, code: 'source.changed' }],
    bytes: SEVERAL.bytes,
  });
  expect(stored!.space).toBeGreaterThan(SEVERAL.bytes);
  await page.evaluate(() => window.storage.openStored('one'));
  const { bytes } = await download(page);
  expect(unzip(bytes).map((entry) => sha256(entry.bytes).toString('hex'))).toEqual(
    [0, 1, 2, 4].map((index) => sha256(contents[index]!).toString('hex')),
  );

  await page.evaluate(() => window.storage.discard('one'));
  expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
});

test('a sealed delivery can go on, and is finished once it is sealed again', async ({ page }) => {
  await receive(page, SEVERAL, [3]);

  await page.evaluate(() => window.storage.forget('one', [{ first: 4, end: 5 }]));
  expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
    { state: 'unfinished', digest: undefined, absent: [] },
  ]);
  await page.evaluate(() => window.storage.storeRest('one'));

  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(SEVERAL));
  expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
    { state: 'finished', digest: digestOf(SEVERAL) },
  ]);
});

test('a new delivery takes over the pieces of a finished one, also for the next visit', async ({
  page,
}) => {
  await open(page, SEVERAL);
  await page.evaluate(() => window.storage.recordGeneration('one', 4));
  await page.evaluate(() => window.storage.store('one', 0, 4));
  await page.evaluate(() => window.storage.store('one', 6));
  await page.evaluate(() => window.storage.seal('one', [{ file: 3, code: 'source.changed' }]));
  await page.evaluate(() => window.storage.close('one'));
  const [before] = await page.evaluate(() => window.storage.listStored());

  const renewed = await page.evaluate(() => window.storage.renewStored('one'));
  expect(renewed).toMatchObject({
    id: 'one',
    generation: 0,
    state: 'unfinished',
    absent: [],
    digest: undefined,
    pieces: [0, 1, 2, 3, 6],
  });
  expect(renewed?.delivery).toMatch(/^[\w-]{22}$/);
  expect(renewed?.token).not.toBe(before?.token);
  const [listed] = await page.evaluate(() => window.storage.listStored());
  expect(listed).toMatchObject({
    delivery: renewed?.delivery,
    token: renewed?.token,
    generation: 0,
    state: 'unfinished',
    pieces: [0, 1, 2, 3, 6],
  });
  await page.evaluate(() => window.storage.storeRest('one'));
  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(SEVERAL));
});

test('a delivery that is discarded without being opened leaves nothing behind', async ({
  page,
}) => {
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one'));
  expect(await page.evaluate(() => window.storage.discardStored('one'))).toBe(false);
  await page.evaluate(() => window.storage.close('one'));

  expect(await page.evaluate(() => window.storage.discardStored('one'))).toBe(true);
  expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
  expect(await deliveryLocks(page)).toEqual([]);
});
