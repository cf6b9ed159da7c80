import { expect, type Download } from '@playwright/test';

import type { Person } from '../netlab/people.ts';
import { begin, expectWhole } from './support/delivery.ts';
import { test } from './support/lab.ts';

/** Resumes the kept delivery. The page offers that, and says how much is here. */
async function resume({ page }: Person): Promise<{ readonly download: Promise<Download> }> {
  await expect(page.getByText(/% is here/)).toBeVisible();
  const download = page.waitForEvent('download', { timeout: 0 });
  await page.getByTestId('accept').click();
  return { download };
}

/** Goes on sharing. Files from an input have to be chosen again. */
async function shareAgain({ page }: Person, source: string): Promise<void> {
  await page.getByRole('button', { name: 'Go on sharing' }).click();
  await expect(page.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await page.getByTestId('file-input').setInputFiles(source);
}

test('the receiver reloads', async ({ server, sender, receiver, sent }, info) => {
  const { source } = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  receiver.page.on('dialog', (dialog) => void dialog.accept());
  await receiver.page.reload();
  const { download } = await resume(receiver);
  await expectWhole({ sender, receiver, sent }, { source, download }, info.title);
});

test("the receiver's browser is killed", async ({ server, sender, receiver, sent }, info) => {
  const { source, link } = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  await receiver.kill();
  await receiver.start();
  await receiver.page.goto(link);
  const { download } = await resume(receiver);
  await expectWhole({ sender, receiver, sent }, { source, download }, info.title);
});

test('the sender reloads', async ({ server, sender, receiver, sent }, info) => {
  const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  sender.page.on('dialog', (dialog) => void dialog.accept());
  await sender.page.reload();
  await shareAgain(sender, delivery.source);
  await expectWhole({ sender, receiver, sent }, delivery, info.title);
});

test("the sender's browser is killed", async ({ server, sender, receiver, sent }, info) => {
  const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  await sender.kill();
  await sender.start();
  await sender.page.goto(server.url);
  await shareAgain(sender, delivery.source);
  await expectWhole({ sender, receiver, sent }, delivery, info.title);
});
