import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { accept, expect, linkOf, open, openMore, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom, writeTree } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

const DATABASE = 'burritoshare-bundles';

/** The bundles that a browser keeps, each as the text of its record. */
function keptRecords(page: Page): Promise<readonly string[]> {
  return page.evaluate(async (name) => {
    // Opening a missing database would create it.
    if ((await indexedDB.databases()).every((one) => one.name !== name)) return [];
    const asText = (_: string, value: unknown): unknown => {
      const bytes = ArrayBuffer.isView(value) ? value.buffer : value;
      return bytes instanceof ArrayBuffer ? Array.from(new Uint8Array(bytes)) : value;
    };
    return new Promise<readonly string[]>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error!);
      opening.onsuccess = () => {
        const database = opening.result;
        const reading = database.transaction('bundles').objectStore('bundles').getAll();
        reading.onsuccess = () => {
          database.close();
          resolve(reading.result.map((record) => JSON.stringify(record, asText)));
        };
      };
    });
  }, DATABASE);
}

/** How many bundles a browser keeps. */
async function keptBundles(page: Page): Promise<number> {
  return (await keptRecords(page)).length;
}

/** Changes the record of the only kept bundle. */
function tamper(page: Page, change: Record<string, unknown>): Promise<void> {
  return page.evaluate(
    ([name, changed]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction('bundles', 'readwrite');
          const store = transaction.objectStore('bundles');
          store.getAll().onsuccess = ({ target }) => {
            const [kept] = (target as IDBRequest<object[]>).result;
            store.put({ ...kept, ...changed });
          };
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
    [DATABASE, change] as const,
  );
}

/** Shares, and waits until this browser keeps the bundle. */
async function shareAndKeep(...given: Parameters<typeof share>): Promise<string> {
  const link = await share(...given);
  await expect.poll(() => keptBundles(given[0])).toBe(1);
  return link;
}

function earlier(page: Page) {
  return page.getByTestId('earlier');
}

function goOn(page: Page) {
  return page.getByRole('button', { name: 'Go on sharing' });
}

/** Goes on with the only kept bundle, by choosing files again. */
async function goOnWith(
  page: Page,
  files: Parameters<typeof share>[2],
  input = 'file-input',
): Promise<void> {
  await goOn(page).click();
  // Wait for this page, since the one before it has such an input too.
  await expect(page.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await page.getByTestId(input).setInputFiles(files);
}

function stop(page: Page) {
  return page.getByRole('button', { name: 'Stop sharing' });
}

test('after a reload the same files go on under the same link, and waiting receivers get them', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 3);
  const [sender, receiver] = [await person(), await person()];
  const link = await shareAndKeep(sender, server.url, source);

  await sender.reload();
  await receiver.goto(link);
  await expect(receiver.getByText(/sender isn’t here/i)).toBeVisible();
  await expect(earlier(sender)).toContainText(/^You were sharing 1 file, 3\.1/);
  await expect(goOn(sender)).toBeFocused();
  await sender.keyboard.press('Enter');
  await expect(sender.getByRole('heading', { name: 'Choose the same files again' })).toBeFocused();
  await sender.getByTestId('file-input').setInputFiles(source);

  expect(await linkOf(sender)).toBe(link);
  await expect(receiver.getByTestId('accept')).toBeEnabled();
  const download = await accept(receiver);
  expect(await sha256(await download.path())).toBe(await sha256(source));
  await reach(sender, 'complete');
});

test(
  'a reload in the middle interrupts, and goes on where it was',
  { tag: '@quick' },
  async ({ server, person }, testInfo) => {
    test.setTimeout(240_000);
    const source = await writeRandom(testInfo.outputPath('source.bin'), 32);
    const [sender, receiver] = [await person(), await person()];
    await slowDisk(receiver, 800);
    const link = await shareAndKeep(sender, server.url, source);
    await open(receiver, link);
    const download = receiver.waitForEvent('download', { timeout: 200_000 });
    await receiver.getByTestId('accept').click();
    await expect(receiver.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);

    await sender.reload();
    await reach(receiver, 'interrupted');
    await hurryDisk(receiver);
    await goOnWith(sender, source);

    expect(await linkOf(sender)).toBe(link);
    await reach(receiver, 'complete', 200_000);
    await reach(sender, 'complete');
    expect(await sha256(await (await download).path())).toBe(await sha256(source));
    expect(await sender.getByTestId('receipt').textContent()).toBe(
      await receiver.getByTestId('receipt').textContent(),
    );
  },
);

test('a folder is found again by its paths', async ({ server, person }, testInfo) => {
  const folder = testInfo.outputPath('tree');
  const files = ['a/one.txt', 'b/one.txt', 'b/two.txt'];
  await writeTree(folder, new Map(files.map((path) => [`trip/${path}`, Buffer.from(path)])));
  const sender = await person();
  const link = await shareAndKeep(sender, server.url, join(folder, 'trip'), 'folder-input');

  await sender.reload();
  await goOnWith(sender, join(folder, 'trip'), 'folder-input');

  expect(await linkOf(sender)).toBe(link);
  await expect(sender.getByText('can’t be fetched')).toHaveCount(0);
});

test('a file that has changed since is named, and fails alone', async ({
  server,
  person,
}, testInfo) => {
  const lost = await writeRandom(testInfo.outputPath('a-lost.bin'), 1);
  const whole = await writeRandom(testInfo.outputPath('b-whole.bin'), 1);
  const [sender, receiver] = [await person(), await person()];
  const link = await shareAndKeep(sender, server.url, [lost, whole]);

  await sender.reload();
  await appendFile(lost, 'more');
  await goOnWith(sender, [lost, whole]);

  expect(await linkOf(sender)).toBe(link);
  await expect(sender.getByText('a-lost.bin can’t be fetched')).toBeVisible();
  await open(receiver, link);
  const download = await accept(receiver);
  expect(download.suggestedFilename()).toBe('b-whole.bin');
  expect(await sha256(await download.path())).toBe(await sha256(whole));
  for (const page of [sender, receiver]) {
    await expect(page.getByText('1 file could not be delivered.')).toBeVisible();
  }
});

test('the page names missing files; they can be chosen too, or left out', async ({
  server,
  person,
}, testInfo) => {
  const [first, second, other] = ['first.bin', 'second.bin', 'other.bin'].map((name) =>
    testInfo.outputPath(name),
  );
  for (const path of [first, second, other]) await writeRandom(path!, 1);
  const sender = await person();
  const input = sender.getByTestId('file-input');
  const link = await shareAndKeep(sender, server.url, [first!, second!]);
  await sender.reload();

  await goOnWith(sender, other!);
  await expect(sender.getByRole('alert')).toContainText('None of that is as you shared it.');
  await input.setInputFiles(first!);
  await expect(sender.getByRole('alert')).toContainText('Still missing: second.bin.');
  await input.setInputFiles(second!);
  expect(await linkOf(sender)).toBe(link);
  await expect(sender.getByText('can’t be fetched')).toHaveCount(0);

  await sender.reload();
  await goOnWith(sender, first!);
  await sender.getByRole('button', { name: 'Go on without them' }).click();
  expect(await linkOf(sender)).toBe(link);
  await expect(sender.getByText('second.bin can’t be fetched')).toBeVisible();
});

test('a bundle that is put off stays for later, under its current name', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const sender = await person();
  const link = await shareAndKeep(sender, server.url, source);
  const before = await keptRecords(sender);
  await sender.getByLabel('Name').fill('For Ana');
  await sender.keyboard.press('Enter');
  // Nothing on the page shows when the record is stored, so poll the store.
  await expect.poll(() => keptRecords(sender)).not.toEqual(before);
  await sender.reload();

  await goOn(sender).click();
  await sender.getByRole('button', { name: 'Not now' }).click();
  await expect(earlier(sender)).toContainText('You were sharing 1 file');
  await expect(earlier(sender)).toHaveAttribute('data-state', 'here');
  await goOnWith(sender, source);

  expect(await linkOf(sender)).toBe(link);
  await expect(sender.getByLabel('Name')).toHaveValue('For Ana');
});

test('“Stop sharing”, on the page or in the list, erases the kept bundle', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const [sender, receiver] = [await person(), await person()];
  await shareAndKeep(sender, server.url, source);

  await openMore(sender);
  await stop(sender).click();
  await expect.poll(() => keptBundles(sender)).toBe(0);
  await expect(earlier(sender)).toHaveCount(0);
  await sender.reload();
  await expect(sender.getByTestId('file-input')).toBeAttached();
  await expect(earlier(sender)).toHaveCount(0);

  const link = await shareAndKeep(sender, server.url, source);
  await sender.reload();
  await stop(sender).click();
  await expect(earlier(sender)).toHaveCount(0);
  await expect.poll(() => keptBundles(sender)).toBe(0);
  await expect(sender.getByRole('heading', { level: 1 })).toBeFocused();
  await receiver.goto(link);
  await expect(receiver.getByText(/sender isn’t here/i)).toBeVisible();
});

test('a second tab of a bundle says so, and gets it once the first is closed', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const [first, receiver] = [await person(), await person()];
  const link = await shareAndKeep(first, server.url, source);
  const second = await first.context().newPage();

  await second.goto(server.url);

  await expect(earlier(second)).toHaveAttribute('data-state', 'elsewhere');
  await expect(earlier(second)).toContainText('Open in another tab: 1 file');
  await expect(goOn(second)).toHaveCount(0);
  await expect(stop(second)).toHaveCount(0);
  await open(receiver, link);

  await first.close();
  await goOnWith(second, source);
  expect(await linkOf(second)).toBe(link);
});

test('of two tabs that go on with the same bundle, one does', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const first = await person();
  await shareAndKeep(first, server.url, source);
  await first.reload();
  await expect(goOn(first)).toBeVisible();
  const second = await first.context().newPage();
  await second.goto(server.url);
  await expect(goOn(second)).toBeVisible();

  await goOn(first).click();
  await expect(first.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await goOn(second).click();

  await expect(earlier(second)).toHaveAttribute('data-state', 'elsewhere');
  await expect(goOn(second)).toHaveCount(0);
  await first.getByRole('button', { name: 'Not now' }).click();
  await expect(goOn(second)).toBeVisible();
});

test('broken records in the store are removed', async ({ server, person }, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const sender = await person();
  await shareAndKeep(sender, server.url, source);
  await openMore(sender);
  await stop(sender).click();
  await expect.poll(() => keptBundles(sender)).toBe(0);
  await shareAndKeep(sender, server.url, source);
  await tamper(sender, { id: 'another', token: Array.from({ length: 32 }).fill(1) });
  expect(await keptBundles(sender)).toBe(2);

  await sender.reload();

  await expect(earlier(sender)).toHaveCount(1);
  expect(await keptBundles(sender)).toBe(1);
});

/**
 * Plays a person who picks a file: the page's picker returns a handle from the browser's private file system, which is
 * stored and read like any other.
 */
async function plantPicker(page: Page, bytes: string): Promise<void> {
  await page.evaluate(async (text) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('picked.txt', { create: true });
    const stream = await handle.createWritable();
    await stream.write(text);
    await stream.close();
    Object.assign(window, { showOpenFilePicker: () => Promise.resolve([handle]) });
  }, bytes);
}

/** Picks a file with a handle, shares it, and reloads. */
async function pickAndReload(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await plantPicker(page, 'picked, not copied');
  await page.getByRole('button', { name: 'Choose files' }).click();
  const link = await linkOf(page);
  await expect.poll(() => keptBundles(page)).toBe(1);
  await page.reload();
  return link;
}

test('with handles one click is enough, also the second time', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await pickAndReload(sender, server.url);

  await goOn(sender).click();
  expect(await linkOf(sender)).toBe(link);
  await sender.reload();
  await goOn(sender).click();
  expect(await linkOf(sender)).toBe(link);

  await open(receiver, link);
  const download = await accept(receiver);
  expect(await readFile(await download.path(), 'utf8')).toBe('picked, not copied');
});

test('without permission to read the handles, the files are chosen again', async ({
  server,
  person,
}, testInfo) => {
  const sender = await person();
  await pickAndReload(sender, server.url);
  await sender.evaluate(() => {
    const refuse = (): Promise<PermissionState> => Promise.resolve('denied');
    Object.assign(FileSystemHandle.prototype, { requestPermission: refuse });
  });

  await goOn(sender).click();

  await expect(sender.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await expect(sender.getByText('This page can’t open the files by itself.')).toBeVisible();
  const copy = testInfo.outputPath('picked.txt');
  await writeFile(copy, 'picked, not copied');
  await sender.getByTestId('file-input').setInputFiles(copy);
  // The bytes are the same but the file's time is new.
  await expect(sender.getByRole('alert')).toContainText('None of that is as you shared it.');
});

test('a handle on a changed file does not go on', async ({ server, person }) => {
  const sender = await person();
  await pickAndReload(sender, server.url);
  await plantPicker(sender, 'something else');

  await goOn(sender).click();

  await expect(sender.getByRole('alert')).toContainText('None of that is as you shared it.');
  await expect(sender.getByTestId('share-link')).toHaveCount(0);
});

test('the page reports names that a browser hides in a folder as hidden, and other missing ones as missing', async ({
  server,
  person,
}) => {
  const sender = await person();
  await sender.goto(server.url);
  // A dropped folder has a handle, which a test can't get. The browser's private folder stands in for it.
  await sender.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('trip', { create: true });
    for (const name of ['a.txt', 'b.txt', 'Thumbs.db']) {
      const file = await folder.getFileHandle(name, { create: true });
      const stream = await file.createWritable();
      await stream.write(name);
      await stream.close();
    }
    Object.assign(window, { showOpenFilePicker: () => Promise.resolve([folder]) });
  });
  await sender.getByRole('button', { name: 'Choose files' }).click();
  await linkOf(sender);
  await expect.poll(() => keptBundles(sender)).toBe(1);

  await goOnWithout(sender, ['Thumbs.db']);
  await expect(sender.getByRole('alert')).toContainText(
    'trip/Thumbs.db can’t be opened by this page alone',
  );
  await expect(sender.getByRole('alert')).not.toContainText('Still missing');

  await goOnWithout(sender, ['Thumbs.db', 'b.txt']);
  await expect(sender.getByRole('alert')).toContainText(
    /^Still missing: trip\/b\.txt and trip\/Thumbs\.db\./,
  );
  await expect(sender.getByRole('alert')).not.toContainText('by this page alone');
});

/** Reloads, and goes on in a browser that hides these names in the folder. */
async function goOnWithout(page: Page, names: readonly string[]): Promise<void> {
  await page.reload();
  await expect(goOn(page)).toBeVisible();
  await page.evaluate((hidden) => {
    const shown = FileSystemDirectoryHandle.prototype;
    const browsers = Object.getOwnPropertyDescriptor(shown, 'values')!.value as typeof shown.values;
    Object.assign(shown, {
      async *values(this: FileSystemDirectoryHandle) {
        for await (const handle of browsers.call(this))
          if (!hidden.includes(handle.name)) yield handle;
      },
    });
  }, names);
  await goOn(page).click();
}
