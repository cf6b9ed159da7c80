// The page's words about a save, and the names under which a browser really stores files on the disk.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { accept, expect, open, reach, share, test } from '../support/app.ts';

function file(name: string) {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(`what is in ${name}`) };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes the browser itself write downloads into a folder. Otherwise Playwright does it, under other names. */
async function downloadInto(page: Page, downloadPath: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath });
}

test('a file with the longest name that disks allow is saved whole, with its ending, and the page names it', async ({
  server,
  person,
}, testInfo) => {
  const long = file(`${'x'.repeat(247)}.txt`);
  const [sender, receiver] = [await person(), await person()];
  const folder = testInfo.outputPath('downloads');
  await downloadInto(receiver, folder);
  await open(receiver, await share(sender, server.url, long));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');

  const saved = receiver.getByTestId('saved-as');
  await expect(saved).toContainText(`${long.name} is now `);
  const name = (await saved.locator('bdi').last().textContent()) ?? '';
  expect(name).toMatch(/^x{200,}\.txt$/);
  await expect.poll(() => readdir(folder).catch(() => [])).toEqual([name]);
  await expect
    .poll(async () => sha256Of(await readFile(join(folder, name))))
    .toBe(sha256Of(long.buffer));
});

test('the page tells the real name of a ZIP whose name browsers would change', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, [file('a.txt'), file('b.txt')]);
  await sender.getByLabel('Name').fill('.100%20of it');
  await sender.getByLabel('Name').press('Enter');
  await open(receiver, link);

  const download = await accept(receiver);

  await expect(receiver.getByTestId('saved-as')).toHaveText(
    '.100%20of it.zip is now _100_20of it.zip',
  );
  expect(download.suggestedFilename()).toBe('_100_20of it.zip');
});

test('without a chosen folder the page says which folders browsers refuse; changed names are listed', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  // A test can't operate the picker. The browser's private folder stands in for the one chosen the second time.
  await receiver.addInitScript(() => {
    let asked = 0;
    const showDirectoryPicker = async (): Promise<FileSystemDirectoryHandle> => {
      if (asked++ === 0) throw new DOMException('The user aborted a request.', 'AbortError');
      const root = await navigator.storage.getDirectory();
      return root.getDirectoryHandle('chosen', { create: true });
    };
    Object.assign(window, { showDirectoryPicker });
  });
  const files = ['Thumbs.db', 'good.txt', 'run.lnk'].map(file);
  await open(receiver, await share(sender, server.url, files));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  const intoFolder = receiver.getByRole('button', { name: 'Save into a folder' });

  await intoFolder.click();
  await expect(receiver.getByText('No folder was chosen.')).toBeVisible();
  await expect(receiver.getByText('choose a folder inside one of them')).toBeVisible();
  await expect(receiver.getByText('Saving did not go through')).toHaveCount(0);
  await expect(receiver.getByTestId('save')).toBeVisible();
  await intoFolder.click();

  await expect(receiver.getByText('Saved in the folder that you chose.')).toBeVisible();
  await expect(receiver.getByText('No folder was chosen.')).toHaveCount(0);
  await expect(receiver.getByText(/^2 names changed:/)).toBeVisible();
  expect(await receiver.getByTestId('saved-as').getByRole('listitem').allTextContents()).toEqual([
    'run.lnk is now run.lnk.download',
    'Thumbs.db is now _Thumbs.db',
  ]);
});
