import { expect, open, share, test } from '../e2e/support/app.ts';
import { firstByteAfterClick, watchFirstByte } from './support/delivery.ts';
import { openRawChannel } from './support/raw-channel.ts';
import { report } from './support/report.ts';
import { ROUNDS } from './support/scale.ts';

test('start', async ({ server, person }) => {
  const opening: number[] = [];
  const accepting: number[] = [];
  const raw: number[] = [];
  const file = { name: 'a.bin', mimeType: '', buffer: Buffer.alloc(1024 * 1024, 1) };
  for (let round = 0; round < ROUNDS; round++) {
    const [sender, receiver] = [await person(), await person()];
    const channel = await openRawChannel(sender, receiver);
    raw.push(channel.opening);
    await channel.close();

    const link = await share(sender, server.url, file);
    await watchFirstByte(receiver);
    const began = performance.now();
    await open(receiver, link);
    opening.push(performance.now() - began);
    await receiver.getByTestId('accept').click();
    await expect(receiver.getByTestId('delivery')).toHaveAttribute('data-state', 'complete');
    accepting.push(await firstByteAfterClick(receiver));
    for (const page of [sender, receiver]) await page.context().close();
  }
  report('start', 'the opening of a bare page’s channel', [
    { what: 'link opened → offer shown', unit: 'ms', measured: opening, reference: raw },
    { what: 'accept → first byte', unit: 'ms', measured: accepting, reference: raw },
  ]);
});
