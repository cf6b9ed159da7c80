import { setTimeout } from 'node:timers/promises';

import type { Page } from '@playwright/test';

import { open, reach, share, test } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { renderersOf, residentBytes } from '../e2e/support/resident-bytes.ts';
import { slowDisk } from '../e2e/support/slow-disk.ts';
import { report } from './support/report.ts';
import { MEBIBYTE, scaled } from './support/scale.ts';

const SIZES = [256, 1024, 4096] as const;

/** Milliseconds between two measurements: two pieces at 20 MB/s. */
const LOOK_INTERVAL = 100;

test('memory', async ({ server, person }, info) => {
  const lines = [];
  for (const isSlow of [false, true]) {
    const peaks = new Map<number, { readonly sender: number; readonly receiver: number }>();
    // A quarter of the size is enough to show the effect of a slow disk.
    for (const size of SIZES.map((one) => scaled(isSlow ? one / 4 : one))) {
      const source = await writeRandom(info.outputPath('source.bin'), size);
      const [sender, receiver] = [await person(), await person()];
      if (isSlow) await slowDisk(receiver, 250);
      await open(receiver, await share(sender, server.url, source));
      await receiver.getByTestId('accept').click();
      const moving = new AbortController();
      const watches = [peakOf(sender, moving.signal), peakOf(receiver, moving.signal)] as const;
      await reach(receiver, 'complete', 50 * 60_000);
      moving.abort();
      const [ofSender, ofReceiver] = await Promise.all(watches);
      peaks.set(size, { sender: ofSender, receiver: ofReceiver });
      for (const page of [sender, receiver]) await page.context().close();
    }
    const [[smallest, reference], ...others] = [...peaks] as [
      [number, { readonly sender: number; readonly receiver: number }],
      ...[number, { readonly sender: number; readonly receiver: number }][],
    ];
    for (const [size, peak] of others)
      for (const end of ['sender', 'receiver'] as const)
        lines.push({
          what: `${end}, ${size} MiB against ${smallest}${isSlow ? ', slow disk' : ''}`,
          unit: 'MiB',
          measured: [peak[end]],
          reference: [reference[end]],
        });
  }
  report('memory', 'the peak with the smallest file; goal: within 64 MiB', lines);
});

async function peakOf(page: Page, moving: AbortSignal): Promise<number> {
  const renderers = await renderersOf(page);
  let peak = 0;
  while (!moving.aborted) {
    peak = Math.max(peak, await residentBytes(renderers));
    await setTimeout(LOOK_INTERVAL);
  }
  return peak / MEBIBYTE;
}
