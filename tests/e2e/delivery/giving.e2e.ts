import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { accept, expect, open, openMore, reach, share, test } from '../support/app.ts';
import { writeZeros } from '../support/files.ts';

/** The chosen limit in bytes a second: 1 Mbit/s. */
const LIMIT = '125000';

const BACK = { name: 'back.txt', mimeType: 'text/plain', buffer: Buffer.from('thank you') };

/** The tab that a press of a button opens. */
async function tabOf(page: Page, name: string): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name, exact: true }).click();
  return opened;
}

test('B1 to B4: a receiver hands something back, and the sender looks and gets it', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(240_000);
  // Under the limit it would take minutes.
  const source = await writeZeros(testInfo.outputPath('large.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, source);
  await openMore(sender);
  await sender.getByLabel('Speed limit').selectOption(LIMIT);
  await open(receiver, link);
  await expect(receiver.getByTestId('give-back'), 'before accepting').toHaveCount(0);
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');

  const giving = await tabOf(receiver, 'Hand something back');
  await giving.getByTestId('file-input').setInputFiles(BACK);
  await expect(giving.getByText('you don’t have to send it')).toBeVisible();
  await reach(receiver, 'moving');

  const given = sender.getByTestId('delivery').getByTestId('given-back');
  await expect(given).toContainText('They handed something back.');
  await expect(given).toContainText('It may be a stranger’s link');
  await expect(given.getByTestId('look')).toHaveAccessibleDescription(/nothing proves who made it/);
  // Nobody has joined: the person has not looked yet.
  await expect(giving.getByTestId('delivery')).toHaveCount(0);

  const looking = await tabOf(sender, 'Look');
  await expect(looking.getByTestId('accept')).toBeEnabled();
  expect(new URL(looking.url()).origin).toBe(new URL(server.url).origin);
  const download = await accept(looking);
  expect(download.suggestedFilename()).toBe(BACK.name);
  expect(await readFile(await download.path())).toEqual(BACK.buffer);
  await reach(giving, 'complete');

  // The first delivery has lost nothing by it.
  const arrived = receiver.waitForEvent('download');
  await sender.bringToFront();
  await sender.getByLabel('Speed limit').selectOption('No limit');
  await reach(receiver, 'complete', 120_000);
  await arrived;

  // B3: both ends have let go of each other.
  await receiver.bringToFront();
  const late = await tabOf(receiver, 'Hand something back');
  await late.getByTestId('file-input').setInputFiles(BACK);
  await expect(late.getByText('Send them the link.', { exact: false }).last()).toBeVisible();
  await expect(late.getByTestId('share-link')).toBeVisible();
  await expect(given).toHaveCount(1);
});
