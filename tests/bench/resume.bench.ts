import { expect, open, reach, share, test } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { firstByteAfterClick, watchFirstByte } from './support/delivery.ts';
import { report } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';

test('resume', async ({ server, person }, info) => {
  const held = scaled(1024);
  const source = await writeRandom(info.outputPath('source.bin'), held + 64);
  const anew: number[] = [];
  const resumed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [sender, receiver] = [await person(), await person()];
    await watchFirstByte(receiver);
    await open(receiver, await share(sender, server.url, source));
    await receiver.getByTestId('accept').click();
    anew.push(await firstByteAfterClick(receiver));
    await expect
      .poll(async () => Number(await receiver.getByTestId('progress').getAttribute('data-bytes')), {
        timeout: 20 * 60_000,
      })
      .toBeGreaterThanOrEqual(held * MEBIBYTE);
    // Answers "leave this page?" like a person.
    receiver.once('dialog', (dialog) => void dialog.accept());
    await receiver.reload();
    await receiver.getByRole('button', { name: 'Resume' }).click();
    resumed.push(await firstByteAfterClick(receiver));
    await reach(receiver, 'complete', 10 * 60_000);
    for (const page of [sender, receiver]) await page.context().close();
  }
  report('resume', 'accept → first byte of a new delivery', [
    {
      what: `Resume with ${held} MiB here → first byte`,
      unit: 'ms',
      measured: resumed,
      reference: anew,
    },
  ]);
});
