import type { Page } from '@playwright/test';

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
      // Of one address, four who have not accepted come in at once; the others as soon as one has (SPEC.md, A2).
      const spans = await Promise.all(receivers.map((receiver) => take(receiver, link)));
      const began = Math.min(...spans.map(({ from }) => from));
      const seconds = Math.max(...spans.map(({ until }) => until)) - began;
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

/** Accepts as soon as there is an offer. Seconds, from any origin. */
async function take(receiver: Page, link: string) {
  await open(receiver, link);
  const from = performance.now() / 1000;
  const { seconds } = await timeDelivery(receiver, 20 * 60_000);
  return { from, until: from + seconds };
}
