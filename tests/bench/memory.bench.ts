import { setTimeout } from 'node:timers/promises';

import type { Page } from '@playwright/test';

import { open, openMore, reach, share, test } from '../e2e/support/app.ts';
import { writeRandom, writeZeros } from '../e2e/support/files.ts';
import { lanesOf, watchLanes } from '../e2e/support/lanes.ts';
import { renderersOf, residentBytes } from '../e2e/support/resident-bytes.ts';
import { slowDisk } from '../e2e/support/slow-disk.ts';
import { createLab, type Lab } from '../netlab/lab.ts';
import { missingForLink, need } from '../netlab/needs.ts';
import { createServer, openPerson } from '../netlab/people.ts';
import { report, type Line } from './support/report.ts';
import { MEBIBYTE, scaled } from './support/scale.ts';

const SIZES = [256, 1024, 4096] as const;

/** The sizes over a distance that wants as many lanes as there may be. */
const FAR_SIZES = [256, 16_384] as const;

/** A round trip of 50 ms, and a queue that never overflows. */
const FAR = { delay: 25, queue: 64 * MEBIBYTE };

/** What the largest renderer of each browser had at most, MiB. */
interface Peaks {
  readonly sender: number;
  readonly receiver: number;
}

/** Milliseconds between two measurements: two pieces at 20 MB/s. */
const LOOK_INTERVAL = 100;

test('memory', async ({ server, person }, info) => {
  const lines: Line[] = [];
  for (const isSlow of [false, true]) {
    const peaks = new Map<number, Peaks>();
    // A quarter of the size is enough to show the effect of a slow disk.
    for (const size of SIZES.map((one) => scaled(isSlow ? one / 4 : one))) {
      const source = await writeRandom(info.outputPath('source.bin'), size);
      const [sender, receiver] = [await person(), await person()];
      if (isSlow) await slowDisk(receiver, 250);
      await open(receiver, await share(sender, server.url, source));
      peaks.set(size, await peaksOf(sender, receiver));
      for (const page of [sender, receiver]) await page.context().close();
    }
    lines.push(...compare(peaks, isSlow ? ', slow disk' : ''));
  }
  report('memory', REFERENCE, lines);
});

test('memory-far', async ({}, info) => {
  need(info, await missingForLink());
  const lab = await createLab({ link: FAR });
  try {
    const peaks = new Map<number, Peaks>();
    const lanes: number[] = [];
    for (const size of FAR_SIZES.map(scaled)) {
      const source = await writeZeros(info.outputPath('source.bin'), size);
      const far = await deliverFar(lab, source);
      peaks.set(size, far.peaks);
      lanes.push(far.lanes);
    }
    console.log(`at most ${lanes.join(' and ')} lanes`);
    report('memory-far', `${REFERENCE}; 50 ms, using all`, compare(peaks, ''));
  } finally {
    await lab.dispose();
  }
});

const REFERENCE = 'the peak with the smallest file; goal: within 64 MiB';

function compare(peaks: ReadonlyMap<number, Peaks>, addition: string): readonly Line[] {
  const [[smallest, reference], ...others] = [...peaks] as [[number, Peaks], ...[number, Peaks][]];
  return others.flatMap(([size, peak]) =>
    (['sender', 'receiver'] as const).map((end) => ({
      what: `${end}, ${size} MiB against ${smallest}${addition}`,
      unit: 'MiB',
      measured: [peak[end]],
      reference: [reference[end]],
    })),
  );
}

/** Delivers the source between two hosts that are far apart, over as many lanes as the app finds to be of use. */
async function deliverFar(lab: Lab, source: string) {
  const server = createServer(lab);
  await server.start();
  const sender = await openPerson(lab.sender, server);
  const receiver = await openPerson(lab.receiver, server, watchLanes);
  try {
    const link = await share(sender.page, server.url, source);
    await openMore(sender.page);
    await sender.page.getByTestId('use-all').check();
    await open(receiver.page, link);
    let lanes = 0;
    const peaks = await peaksOf(sender.page, receiver.page, async () => {
      lanes = Math.max(lanes, await lanesOf(receiver.page));
    });
    return { peaks, lanes };
  } finally {
    for (const one of [sender, receiver]) await one.close();
    await server.kill();
  }
}

/** Accepts, and watches both browsers until everything has arrived. */
async function peaksOf(
  sender: Page,
  receiver: Page,
  look: () => Promise<void> = async () => {},
): Promise<Peaks> {
  await receiver.getByTestId('accept').click();
  const moving = new AbortController();
  const watches = [peakOf(sender, moving.signal), peakOf(receiver, moving.signal, look)] as const;
  await reach(receiver, 'complete', 50 * 60_000);
  moving.abort();
  const [ofSender, ofReceiver] = await Promise.all(watches);
  return { sender: ofSender, receiver: ofReceiver };
}

async function peakOf(
  page: Page,
  moving: AbortSignal,
  look: () => Promise<void> = async () => {},
): Promise<number> {
  const renderers = await renderersOf(page);
  let peak = 0;
  while (!moving.aborted) {
    peak = Math.max(peak, await residentBytes(renderers));
    await look();
    await setTimeout(LOOK_INTERVAL);
  }
  return peak / MEBIBYTE;
}
