import { open, share, test } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { timeDelivery } from './support/delivery.ts';
import { report } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';

const RECEIVERS = [1, 2, 4, 8] as const;

test('fan-out', async ({ server, person }, info) => {
  const mebibytes = scaled(64);
  const source = await writeRandom(info.outputPath('source.bin'), mebibytes);
  const rates = new Map<number, number[]>(RECEIVERS.map((count) => [count, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [count, measured] of rates) {
      const sender = await person();
      const link = await share(sender, server.url, source);
      const receivers = await Promise.all(Array.from({ length: count }, () => person()));
      for (const receiver of receivers) await open(receiver, link);
      const times = await Promise.all(
        receivers.map((receiver) => timeDelivery(receiver, 20 * 60_000)),
      );
      const seconds = Math.max(...times.map((timed) => timed.seconds));
      measured.push((count * mebibytes * MEBIBYTE) / 1e6 / seconds);
      for (const page of [sender, ...receivers]) await page.context().close();
    }
  const lines = RECEIVERS.slice(1).map((count) => ({
    what: `${count} receivers, ${mebibytes} MiB each, in all`,
    unit: 'MB/s',
    measured: rates.get(count)!,
    reference: rates.get(1)!,
  }));
  report('fan-out', 'one receiver', lines);
});
