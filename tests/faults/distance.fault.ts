import { setTimeout as pause } from 'node:timers/promises';

import { expect } from '@playwright/test';

import { lanesOf, watchLanes } from '../e2e/support/lanes.ts';
import { begin, expectWhole } from './support/delivery.ts';
import { test } from './support/lab.ts';

const MEBIBYTE = 1024 * 1024;

/** Milliseconds. */
const OUTAGE = 20_000;

// One association carries little there: each step of lanes brings more, even while the machine has other work.
test.use({ link: { delay: 25, loss: 1, queue: 64 * MEBIBYTE } });

test('over distance and loss many lanes open, all are lost at once, and everything arrives', async ({
  server,
  sender,
  receiver,
  sent,
}, info) => {
  await watchLanes(receiver.page.context());
  const lanes = () => lanesOf(receiver.page);
  const delivery = await begin({ server, sender, receiver }, info.outputPath('source.bin'));
  await expect.poll(lanes, { timeout: 60_000 }).toBeGreaterThan(8);
  await receiver.host.setLink('down');
  // The fault lasts this long.
  await pause(OUTAGE);
  await receiver.host.setLink('up');
  await expectWhole({ sender, receiver, sent }, delivery, info.title);
});
