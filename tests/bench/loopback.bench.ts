import type { Page } from '@playwright/test';
import { open, share, test } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { longestTask, timeDelivery, watchTasks, type Timed } from './support/delivery.ts';
import { goodputOf } from './support/moments.ts';
import { plot } from './support/plot.ts';
import { processorOf, startProcessorClock } from './support/processor.ts';
import { openRawChannel, type RawOptions } from './support/raw-channel.ts';
import { median, report, save, type Line } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';

/** Bare pages that send zeros. A single association needs more processor time for each byte than eight. */
const BARE: readonly (readonly [string, RawOptions])[] = [
  ['one bare channel', { lanes: 1, message: 16 * 1024 }],
  ['eight bare channels', { lanes: 8, message: 64 * 1024 }],
];

/** What the rounds of one kind had. */
interface Figures {
  readonly rates: number[];
  /** Processor seconds for each GB, of all processes of both browsers. */
  readonly processor: number[];
}

test('loopback', async ({ server, person }, info) => {
  const bytes = scaled(1024) * MEBIBYTE;
  const source = await writeRandom(info.outputPath('source.bin'), bytes / MEBIBYTE);
  const app: Figures = { rates: [], processor: [] };
  const bare = BARE.map((): Figures => ({ rates: [], processor: [] }));
  const profiles: string[] = [];
  const [sending, receiving]: [number[], number[]] = [[], []];
  const runs: Timed[] = [];

  const measure = async (
    pages: readonly [Page, Page],
    { rates, processor }: Figures,
    transfer: () => Promise<number>,
  ): Promise<void> => {
    const clock = await startProcessorClock(pages);
    const seconds = await transfer();
    // Before the pages close: a closed page's share is gone.
    const threads = await clock.threads();
    rates.push(bytes / 1e6 / seconds);
    processor.push(processorOf(threads, bytes));
    profiles.push(profileOf(threads, bytes));
    for (const page of pages) await page.context().close();
  };

  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [, options]] of BARE.entries()) {
      const pages = [await person(), await person()] as const;
      const channel = await openRawChannel(...pages, options);
      await measure(pages, bare[index]!, () => channel.transfer(bytes));
    }
    const [sender, receiver] = [await person(), await person()];
    await open(receiver, await share(sender, server.url, source));
    for (const page of [sender, receiver]) await watchTasks(page);
    await measure([sender, receiver], app, async () => {
      const timed = await timeDelivery(receiver, 30 * 60_000);
      runs.push(timed);
      sending.push(await longestTask(sender));
      receiving.push(await longestTask(receiver));
      return timed.seconds;
    });
  }

  const [one, eight] = bare as [Figures, Figures];
  report('loopback', 'bare pages that send zeros; the app reads, hashes and writes as well', [
    {
      what: `${bytes / MEBIBYTE} MiB, against one bare channel`,
      unit: 'MB/s',
      measured: app.rates,
      reference: one.rates,
      goal: { ratio: 0.95, is: 'at least' },
    },
    {
      what: 'the same, against eight',
      unit: 'MB/s',
      measured: app.rates,
      reference: eight.rates,
      goal: { ratio: 0.9, is: 'at least' },
    },
    {
      what: 'processor time, against eight',
      unit: 's/GB',
      measured: app.processor,
      reference: eight.processor,
      goal: { ratio: 1.12, is: 'at most' },
    },
    {
      what: 'processor time of one, against eight',
      unit: 's/GB',
      measured: one.processor,
      reference: eight.processor,
    },
    ...longestTasks('the sender’s page', sending),
    ...longestTasks('the receiver’s page', receiving),
  ]);
  const lines = runs.map(({ moments }, index) => goodputOf(`run ${index + 1}`, moments));
  save('loopback.svg', plot('Goodput on loopback', 'MB/s', lines));
  save('loopback-threads.txt', profiles.join('\n'));
  console.log(`  the app’s median: ${median(app.processor).toFixed(1)} s/GB; by thread:`);
  console.log(profiles.at(-1));
});

/** The threads that took a hundredth of the time or more, in seconds for each GB. */
function profileOf(threads: ReadonlyMap<string, number>, bytes: number): string {
  const least = processorOf(threads, bytes) / 100;
  return [...threads]
    .map(([thread, seconds]) => [thread, (seconds * 1e9) / bytes] as const)
    .filter(([, spent]) => spent >= least)
    .toSorted((a, b) => b[1] - a[1])
    .map(([thread, spent]) => `    ${thread.padEnd(46)} ${spent.toFixed(2)}`)
    .join('\n');
}

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
