// The data that deliveries and bundles leave in a browser: how long it stays, what it reveals, and that it is really
// removed.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLink } from '@burritoshare/core';
import type { BrowserContext, Page } from '@playwright/test';
import { kill } from '../storage/visit.ts';
import { accept, expect, failureOf, open, openMore, reach, share, test } from '../support/app.ts';
import { writeRandom, writeZeros } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SECRET_NAME = 'surprise-for-ana.txt';
const surprise = {
  name: SECRET_NAME,
  mimeType: 'text/plain',
  buffer: Buffer.from('what is in it'),
};
const more = { ...surprise, name: 'more.txt' };

/** Opens the start page in a browser whose clock is ahead by `time`, and waits until it shows the choice of files. */
async function startLater(context: BrowserContext, url: string, time: number): Promise<Page> {
  await context.clock.setSystemTime(Date.now() + time);
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.getByTestId('file-input')).toBeAttached();
  return page;
}

/** The folders of deliveries in a browser's private file system. */
function foldersOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    for await (const name of (await root.getDirectoryHandle('deliveries')).keys()) names.push(name);
    return names;
  });
}

async function makeFolder(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const deliveries = await root.getDirectoryHandle('deliveries');
  await deliveries.getDirectoryHandle(name, { create: true });
}

/** Counts what a browser downloads from now on. */
function countDownloads(context: BrowserContext): () => number {
  let count = 0;
  const watch = (page: Page) => page.on('download', () => (count += 1));
  for (const page of context.pages()) watch(page);
  context.on('page', watch);
  return () => count;
}

test('a file that was saved automatically is saved again only by a person', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, surprise);
  await open(receiver, link);
  const downloads = countDownloads(receiver.context());
  await accept(receiver);
  await expect(receiver.getByText('Handed to your browser.')).toBeVisible();
  expect(downloads()).toBe(1);

  await receiver.reload();
  await expect(receiver.getByText(/^Handed to your browser today at /)).toBeVisible();
  await receiver.close();
  const again = await receiver.context().newPage();
  await again.goto(link);
  await expect(again.getByText(/^Handed to your browser today at /)).toBeVisible();
  expect(downloads()).toBe(1);

  const download = again.waitForEvent('download');
  await again.getByRole('button', { name: 'Save again' }).click();
  expect((await download).suggestedFilename()).toBe(SECRET_NAME);
});

test('a browser that is killed right after saving a file automatically does not save it again', async ({
  server,
  person,
}, testInfo) => {
  const profile = testInfo.outputPath('profile');
  const [sender, receiver] = [await person(), await person({ profile })];
  const link = await share(sender, server.url, surprise);
  await open(receiver, link);
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await download;
  await kill(receiver.context());

  const again = await person({ profile });
  const downloads = countDownloads(again.context());
  await again.goto(link);

  await expect(again.getByText(/^Handed to your browser today at /)).toBeVisible();
  expect(downloads()).toBe(0);
});

test('a copy is removed a day after it was handed over, at the next visit', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, surprise));
  await accept(receiver);
  await expect(
    receiver.getByText(/^The copy in this browser is removed tomorrow at /),
  ).toBeVisible();
  const context = receiver.context();
  await receiver.goto('about:blank');

  const early = await startLater(context, server.url, DAY - HOUR);
  await expect(early.getByTestId('kept')).toContainText('Delivery, handed over, 13');
  const late = await startLater(context, server.url, DAY + HOUR);
  await expect.poll(() => foldersOf(late)).toEqual([]);
  await expect(late.getByTestId('kept')).toHaveCount(0);
});

test('a copy is removed a day after it was handed over, while its tab is open', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await receiver.clock.install();
  await open(receiver, await share(sender, server.url, surprise));
  await accept(receiver);
  await expect(
    receiver.getByText(/^The copy in this browser is removed tomorrow at /),
  ).toBeVisible();

  await receiver.clock.fastForward(DAY - HOUR);
  expect(await foldersOf(receiver)).toHaveLength(1);
  await receiver.clock.fastForward(2 * HOUR);

  await expect(receiver.getByText('The copy in this browser is gone.')).toBeVisible();
  await expect.poll(() => foldersOf(receiver)).toEqual([]);
});

test('an unfinished delivery is removed after a week, but not while a tab has it open', async ({
  server,
  person,
}, testInfo) => {
  const film = await writeZeros(testInfo.outputPath('film.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 1_000);
  const link = await share(sender, server.url, film);
  await open(receiver, link);
  await receiver.getByTestId('accept').click();
  await expect(receiver.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);
  await receiver.getByRole('button', { name: 'Pause' }).click();
  await reach(receiver, 'paused');
  const context = receiver.context();

  // Adds leftovers that sort before and behind it. Once both are gone, all folders have been checked.
  for (const name of ['!', '~']) await receiver.evaluate(makeFolder, name);
  const beside = await startLater(context, server.url, 8 * DAY);
  await expect.poll(() => foldersOf(beside)).toHaveLength(1);
  await beside.close();
  await context.clock.setSystemTime(Date.now());
  await receiver.reload();
  await expect(receiver.getByText(/is here from your last visit/)).toBeVisible();
  await receiver.close();

  const early = await startLater(context, server.url, 6 * DAY);
  await expect(early.getByTestId('kept')).toContainText(/^Unfinished delivery, /);
  const late = await startLater(context, server.url, 8 * DAY);
  await expect.poll(() => foldersOf(late)).toEqual([]);
  await expect(late.getByTestId('kept')).toHaveCount(0);
});

test('the start page shows no names, neither of received nor of shared files', async ({
  server,
  person,
}) => {
  const [other, page] = [await person(), await person()];
  page.on('dialog', (dialog) => void dialog.accept());
  await open(page, await share(other, server.url, [surprise, { ...surprise, name: 'ana-2.txt' }]));
  await page.getByTestId('accept').click();
  await reach(page, 'complete');
  await share(page, server.url, surprise);
  const start = await page.context().newPage();

  for (const look of [start, page]) {
    await look.goto(server.url);
    await expect(look.getByTestId('kept')).toHaveCount(1);
    await expect(look.getByTestId('earlier')).toHaveCount(1);
    expect(await look.locator('html').innerHTML()).not.toMatch(/surprise|ana/);
  }
  await page.getByRole('button', { name: 'Go on sharing' }).click();
  await expect(page.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  expect(await page.locator('html').innerHTML()).not.toMatch(/surprise|ana/);
  await page.getByTestId('file-input').setInputFiles([more]);
  await expect(page.getByRole('alert')).toContainText('None of that is as you shared it.');
  expect(await page.locator('html').innerHTML()).not.toMatch(/surprise|ana/);
});

test('a private window says that received files are lost with it', async ({
  server,
  person,
  browser,
}) => {
  const sender = await person();
  const link = await share(sender, server.url, surprise);
  // Playwright's own contexts are private windows.
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page, link);
  await expect(page.getByText(/^Kept in this private window’s memory/)).toBeVisible();
  await context.close();

  const receiver = await person();
  await open(receiver, link);
  await expect(receiver.getByText(/^Kept in this browser until a day after/)).toBeVisible();
});

/** Whether any file below a folder contains these bytes. */
async function isInFiles(folder: string, bytes: Uint8Array): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.of());
    if (content.includes(Buffer.from(bytes))) return true;
  }
  return false;
}

test('after “Stop sharing” no file of the browser contains the link’s secret or a file’s name', async ({
  server,
  person,
}, testInfo) => {
  const profile = testInfo.outputPath('profile');
  const sender = await person({ profile });
  const link = await share(sender, server.url, surprise);
  const { secret } = parseLink(link);
  const keys = () =>
    sender.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('bundle-keys', { create: true });
      const found: number[][] = [];
      for await (const handle of folder.values()) {
        const file = await (handle as FileSystemFileHandle).getFile();
        found.push([...new Uint8Array(await file.arrayBuffer())]);
      }
      return found;
    });
  await expect.poll(keys).toHaveLength(1);
  const [key = []] = await keys();
  expect(await isInFiles(profile, Uint8Array.from(key))).toBe(true);

  await openMore(sender);
  await sender.getByRole('button', { name: 'Stop sharing' }).click();
  await expect.poll(keys).toEqual([]);
  await sender.context().close();

  for (const bytes of [secret, Uint8Array.from(key), Buffer.from(SECRET_NAME)])
    expect(await isInFiles(profile, bytes)).toBe(false);
});

test('a tab with unsaved files asks before it closes, and no longer once they are saved', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, [surprise, more]));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');

  const asked = receiver.waitForEvent('dialog');
  await receiver.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();

  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('save').click();
  await download;
  await expect(receiver.getByText('Handed to your browser.')).toBeVisible();
  const closed = receiver.waitForEvent('close');
  // If the page asked, it would stay open.
  await receiver.close({ runBeforeUnload: true });
  await closed;
});

test('R6 a delivery whose only file has changed leaves nothing behind', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 500);
  await open(receiver, await share(sender, server.url, source));
  await receiver.getByTestId('accept').click();
  await expect(receiver.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);

  // With this disk, the window stops the sender's reading 40 pieces and 20 seconds before the end.
  await writeRandom(source, 65);
  await hurryDisk(receiver);

  expect(await failureOf(receiver)).toBe('source.changed');
  await expect.poll(() => foldersOf(receiver)).toEqual([]);
});
