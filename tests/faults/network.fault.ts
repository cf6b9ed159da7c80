import { setTimeout as pause } from 'node:timers/promises';

import { expect } from '@playwright/test';

import { begin, expectWhole } from './support/delivery.ts';
import { test } from './support/lab.ts';

const SECOND = 1_000;

for (const seconds of [3, 20, 60]) {
  test(`the receiver's link is down for ${seconds} s`, async ({
    server,
    sender,
    receiver,
    sent,
  }, info) => {
    const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
    await receiver.host.setLink('down');
    // The fault lasts this long.
    await pause(seconds * SECOND);
    await receiver.host.setLink('up');
    await expectWhole({ sender, receiver, sent }, delivery, info.title);
  });
}

test('the receiver gets another address', async ({ server, sender, receiver, sent }, info) => {
  const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  await receiver.host.moveTo('10.77.0.33');
  await expectWhole({ sender, receiver, sent }, delivery, info.title);
});

test("the receiver's browser is stopped for 45 s", async ({
  server,
  sender,
  receiver,
  sent,
}, info) => {
  const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  await receiver.host.signal('SIGSTOP');
  await expect(sender.page.getByTestId('delivery')).toHaveAttribute('data-state', 'interrupted');
  await pause(30 * SECOND);
  await receiver.host.signal('SIGCONT');
  await expectWhole({ sender, receiver, sent }, delivery, info.title);
});
