import { open, share, test } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { longestTask, timeDelivery, watchTasks, type Timed } from './support/delivery.ts';
import { goodputOf } from './support/moments.ts';
import { plot } from './support/plot.ts';
import { openRawChannel } from './support/raw-channel.ts';
import { report, save, type Line } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';

test('loopback', async ({ server, person }, info) => {
  const mebibytes = scaled(1024);
  const source = await writeRandom(info.outputPath('source.bin'), mebibytes);
  const rate = (seconds: number): number => (mebibytes * MEBIBYTE) / 1e6 / seconds;
  const app: number[] = [];
  const raw: number[] = [];
  const [sending, receiving]: [number[], number[]] = [[], []];
  const runs: Timed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [sender, receiver] = [await person(), await person()];
    const channel = await openRawChannel(sender, receiver);
    raw.push(rate(await channel.transfer(mebibytes * MEBIBYTE)));
    await channel.close();

    await open(receiver, await share(sender, server.url, source));
    for (const page of [sender, receiver]) await watchTasks(page);
    const timed = await timeDelivery(receiver, 30 * 60_000);
    app.push(rate(timed.seconds));
    runs.push(timed);
    sending.push(await longestTask(sender));
    receiving.push(await longestTask(receiver));
    for (const page of [sender, receiver]) await page.context().close();
  }
  report('loopback', 'a bare page’s channel that sends zeros', [
    {
      what: `${mebibytes} MiB, disk and hashing included`,
      unit: 'MB/s',
      measured: app,
      reference: raw,
      goal: { ratio: 0.95, is: 'at least' },
    },
    ...longestTasks('the sender’s page', sending),
    ...longestTasks('the receiver’s page', receiving),
  ]);
  const lines = runs.map(({ moments }, index) => goodputOf(`run ${index + 1}`, moments));
  save('loopback.svg', plot('Goodput on loopback', 'MB/s', lines));
});

function longestTasks(page: string, measured: readonly number[]): Line[] {
  return [
    {
      what: `longest task of ${page}`,
      unit: 'ms',
      measured,
      reference: [50],
      goal: { ratio: 1, is: 'at most' },
    },
  ];
}
