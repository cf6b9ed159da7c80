import { expect } from '@playwright/test';

import { linkOf, open, reach } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { arrived, expectWhole } from './support/delivery.ts';
import { test } from './support/lab.ts';

const MOMENTS = [
  'before the link is opened',
  'while the receiver waits for the sender',
  'while the offer is looked at',
  'right after accepting',
  'in the middle',
] as const;

for (const moment of MOMENTS) {
  test(`the server is killed and started again ${moment}`, async ({
    server,
    sender,
    receiver,
    sent,
  }, info) => {
    const restartAt = async (now: (typeof MOMENTS)[number]): Promise<void> => {
      if (now !== moment) return;
      await server.kill();
      await server.start();
    };
    const source = await writeRandom(info.outputPath('source.bin'), 96);
    await sender.page.goto(server.url);
    await sender.page.getByTestId('file-input').setInputFiles(source);
    const link = await linkOf(sender.page);
    await restartAt('before the link is opened');
    if (moment === 'while the receiver waits for the sender') {
      await sender.host.setLink('down');
      await receiver.page.goto(link);
      await reach(receiver.page, 'connecting');
      await restartAt(moment);
      await sender.host.setLink('up');
    }
    await open(receiver.page, link);
    await restartAt('while the offer is looked at');
    const download = receiver.page.waitForEvent('download', { timeout: 0 });
    await expect(receiver.page.getByTestId('accept')).toBeEnabled();
    await receiver.page.getByTestId('accept').click();
    await restartAt('right after accepting');
    await arrived(receiver.page, 0.3);
    await restartAt('in the middle');
    await expectWhole({ sender, receiver, sent }, { source, download }, info.title);
  });
}
