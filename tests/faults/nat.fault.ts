import { expect } from '@playwright/test';

import { linkOf, open } from '../e2e/support/app.ts';
import { sha256, writeRandom } from '../e2e/support/files.ts';
import { test } from './support/lab.ts';

test.describe('behind two ordinary routers', () => {
  test.use({ nat: 'ordinary' });

  test('a STUN server is enough', async ({ server, sender, receiver }, info) => {
    const source = await writeRandom(info.outputPath('source.bin'), 16);
    await sender.page.goto(server.url);
    await sender.page.getByTestId('file-input').setInputFiles(source);
    await open(receiver.page, await linkOf(sender.page));
    const download = receiver.page.waitForEvent('download', { timeout: 0 });
    await receiver.page.getByTestId('accept').click();
    for (const { page } of [receiver, sender])
      await expect(page.getByTestId('delivery')).toHaveAttribute('data-state', 'complete', {
        timeout: 120_000,
      });
    expect(await sha256(await (await download).path())).toBe(await sha256(source));
  });
});

test.describe('behind two routers that draw a port for each peer', () => {
  test.use({ nat: 'symmetric' });

  test('both pages say that they can’t connect, and what would help', async ({
    server,
    sender,
    receiver,
  }) => {
    await sender.page.goto(server.url);
    await sender.page
      .getByTestId('file-input')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') });
    await receiver.page.goto(await linkOf(sender.page));
    for (const { page } of [receiver, sender]) {
      await expect(page.getByTestId('failure')).toHaveAttribute('data-code', 'unreachable', {
        timeout: 120_000,
      });
      await expect(page.getByText(/No direct way between your two networks/)).toBeVisible();
      await expect(page.getByText(/same network/)).toBeVisible();
    }
    await expect(receiver.page.getByTestId('accept')).toHaveCount(0);
  });
});
