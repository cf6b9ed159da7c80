import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';

import { accept, expect, open, reach, share, test } from '../support/app.ts';
import { writeZeros } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

const MEBIBYTE = 1024 * 1024;

const THREE = ['a.txt', 'b.txt', 'c.txt'].map((name) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(`this is ${name}`),
}));

/** Leaves a file out before accepting. */
async function leaveOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Choose which' }).click();
  await page.getByRole('checkbox', { name: `Take ${name}` }).uncheck();
}

test(
  'a receiver takes two of three files, and both receipts are the same',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    await open(receiver, await share(sender, server.url, THREE));

    await receiver.getByRole('button', { name: 'Choose which' }).click();
    await expect(receiver.getByTestId('accept')).toHaveText('Take all 3 files');
    for (const { name } of THREE)
      await expect(
        receiver.locator(`[data-path="${name}"]`).getByTestId('entry-select'),
      ).toBeChecked();
    for (const { name } of THREE)
      await receiver.getByRole('checkbox', { name: `Take ${name}` }).uncheck();
    await expect(receiver.getByTestId('accept')).toBeDisabled();
    await receiver.getByRole('checkbox', { name: 'Take a.txt' }).check();
    await receiver.getByRole('checkbox', { name: 'Take c.txt' }).check();
    await expect(receiver.getByTestId('accept')).toHaveText('Take 2 of 3 files');
    const download = await accept(receiver);

    const zip = unzipSync(await readFile(await download.path()));
    expect(Object.keys(zip)).toEqual(['a.txt', 'c.txt']);
    await reach(sender, 'complete');
    await expect(sender.getByText('Leaves out 1 item.')).toBeVisible();
    const receipt = await receiver.getByTestId('receipt').textContent();
    await expect(sender.getByTestId('receipt')).toHaveText(receipt ?? '');
    for (const page of [sender, receiver])
      await expect(page.getByText('2 files', { exact: false }).first()).toBeVisible();
  },
);

test('one chosen file of several is saved as it is', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, THREE));
  await leaveOut(receiver, 'a.txt');
  await receiver.getByRole('checkbox', { name: 'Take c.txt' }).uncheck();

  const download = receiver.waitForEvent('download');
  await receiver.getByRole('button', { name: 'Take 1 of 3 files' }).click();

  await reach(receiver, 'complete');
  expect((await download).suggestedFilename()).toBe('b.txt');
  expect(await readFile(await (await download).path(), 'utf8')).toBe('this is b.txt');
});

test('E5: what was left out can still be taken while it moves', async ({
  server,
  person,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 1_500);
  const files = [
    await writeZeros(testInfo.outputPath('a.bin'), 36),
    await writeZeros(testInfo.outputPath('b.bin'), 4),
  ];
  await open(receiver, await share(sender, server.url, files));
  await leaveOut(receiver, 'b.bin');
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');
  const total = receiver.getByTestId('progress');
  await expect(total).toHaveAttribute('data-total', String(36 * MEBIBYTE));
  await expect(receiver.locator('[data-path="b.bin"]')).toHaveAttribute('data-state', 'left-out');
  await expect(receiver.getByRole('button', { name: 'Skip b.bin' })).toBeHidden();

  await receiver.getByRole('button', { name: 'Take b.bin' }).click();

  await expect(receiver.locator('[data-path="b.bin"]')).toHaveAttribute('data-state', 'offered');
  await hurryDisk(receiver);
  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  for (const page of [sender, receiver])
    await expect(page.getByTestId('progress')).toHaveAttribute('data-total', String(40 * MEBIBYTE));
});

test('E4: a choice outlives a reload', async ({ server, person }, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 300);
  const files = [
    await writeZeros(testInfo.outputPath('a.bin'), 4),
    await writeZeros(testInfo.outputPath('b.bin'), 48),
    await writeZeros(testInfo.outputPath('c.bin'), 48),
  ];
  await open(receiver, await share(sender, server.url, files));
  await leaveOut(receiver, 'a.bin');
  await receiver.getByRole('checkbox', { name: 'Take c.bin' }).uncheck();
  await receiver.getByTestId('accept').click();
  const progress = receiver.getByTestId('progress');
  // After 17 pieces some have surely been journaled, even if the machine's timers are late.
  await expect
    .poll(async () => Number(await progress.getAttribute('data-bytes')))
    .toBeGreaterThan(17 * MEBIBYTE);
  receiver.on('dialog', (dialog) => void dialog.accept());
  await slowDisk(receiver, 2_000);

  await receiver.reload();
  await reach(receiver, 'interrupted');
  await expect(progress).toHaveAttribute('data-total', String(48 * MEBIBYTE));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');
  await hurryDisk(receiver);

  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  for (const page of [sender, receiver])
    await expect(page.getByTestId('progress')).toHaveAttribute('data-total', String(48 * MEBIBYTE));
});
