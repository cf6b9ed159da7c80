// What a delivery leaves to others on a home's line: a call and a download beside it, and itself on a busy machine.

import { test as base, type Page } from '@playwright/test';

import { open, openMore, share } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { createLab, type Lab } from '../netlab/lab.ts';
import type { LinkOptions } from '../netlab/link.ts';
import { missingForLink, need } from '../netlab/needs.ts';
import { createServer, openPerson, type LabServer } from '../netlab/people.ts';
import { keepBusy } from './support/busy.ts';
import { percentile, startCall } from './support/call.ts';
import { watchProgress } from './support/delivery.ts';
import { rateOf } from './support/moments.ts';
import { median, report } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';
import { transferByTcp } from './support/tcp.ts';

/** Seconds of what is measured alone, and beside a delivery. */
const ALONE = scaled(10);
const BESIDE = scaled(15);
const BESIDE_TCP = scaled(15);

/** Seconds in which a transfer may find the rate of the link. */
const WARM_UP = scaled(5);

/** Milliseconds that a delivery may add to a call's 95th percentile. */
const CALL_MARGIN = 50;

interface Way {
  readonly name: string;
  readonly title: string;
  readonly link: LinkOptions & { readonly rate: number };
}

const WAYS: readonly Way[] = [
  {
    name: 'manners-20-mbit-deep',
    title: '20 Mbit/s, 40 ms round trip, a queue of a second',
    link: { delay: 20, rate: 2_500_000, queue: 2_500_000 },
  },
  {
    name: 'manners-100-mbit-short',
    title: '100 Mbit/s, 20 ms round trip, a queue of 20 ms',
    link: { delay: 10, rate: 12_500_000, queue: 256 * 1024 },
  },
];

/** Without a rate, where many lanes help, and only the processors limit them. */
const FAR: LinkOptions = { delay: 25, queue: 64 * MEBIBYTE };

/** Size of the file for busy processors, more than they can deliver in that time. */
const BUSY_MEBIBYTES = 250;

interface World {
  readonly lab: Lab;
  readonly server: LabServer;
}

const test = base.extend<{ readonly build: (link: LinkOptions) => Promise<World> }>({
  // A fixture, since fixtures are torn down even if a test fails or times out.
  build: async ({}, use) => {
    const labs: Lab[] = [];
    await use(async (link) => {
      const lab = await createLab({ link });
      labs.push(lab);
      const server = createServer(lab);
      await server.start();
      return { lab, server };
    });
    for (const lab of labs) await lab.dispose();
  },
});

for (const { name, title, link } of WAYS) {
  test(name, async ({ build }, info) => {
    need(info, await missingForLink());
    const world = await build(link);
    const seconds = BESIDE + WARM_UP + BESIDE_TCP + 2 * WARM_UP;
    const source = await writeRandom(
      info.outputPath('source.bin'),
      Math.ceil((link.rate * seconds) / MEBIBYTE),
    );
    const runs: Run[] = [];
    for (let round = 1; round <= ROUNDS; round++) runs.push(await measure(world, source));
    tell(name, title, link.rate / 1e6, runs);
  });
}

interface Run {
  /** Milliseconds: the median and the 95th percentile of a call. */
  readonly call: Record<'alone' | 'beside', readonly [median: number, late: number]>;
  /** MB/s of a TCP connection. */
  readonly tcp: Record<'alone' | 'beside', number>;
  /** MB/s of a delivery beside them. */
  readonly delivery: Record<'call' | 'tcp', number>;
}

async function measure(world: World, source: string): Promise<Run> {
  const { lab } = world;
  const callAlone = await callFor(lab, ALONE);
  const tcpAlone = await tcpFor(lab, ALONE);
  const beside = await deliver(world, source, async (receiver) => {
    const call = await watchProgress(receiver, () => callFor(lab, BESIDE));
    const tcp = await watchProgress(receiver, () => tcpFor(lab, BESIDE_TCP));
    return { call, tcp };
  });
  return {
    call: { alone: callAlone, beside: beside.call.result },
    tcp: { alone: tcpAlone, beside: beside.tcp.result },
    delivery: {
      call: rateOf(beside.call.moments, WARM_UP),
      tcp: rateOf(beside.tcp.moments, WARM_UP),
    },
  };
}

function tell(name: string, title: string, rate: number, runs: readonly Run[]): void {
  const median95 = median(runs.map(({ call }) => call.alone[1]));
  const rates = runs.map(() => rate);
  report(name, `what was alone in the same run; ${title}`, [
    {
      what: 'median of a call beside a delivery',
      unit: 'ms',
      measured: runs.map(({ call }) => call.beside[0]),
      reference: runs.map(({ call }) => call.alone[0]),
    },
    {
      what: '95th percentile of that call',
      unit: 'ms',
      measured: runs.map(({ call }) => call.beside[1]),
      reference: runs.map(({ call }) => call.alone[1]),
      goal: { ratio: (median95 + CALL_MARGIN) / median95, is: 'at most' },
    },
    {
      what: 'the delivery beside it, against the link',
      unit: 'MB/s',
      measured: runs.map(({ delivery }) => delivery.call),
      reference: rates,
    },
    {
      what: 'TCP CUBIC beside a delivery',
      unit: 'MB/s',
      measured: runs.map(({ tcp }) => tcp.beside),
      reference: runs.map(({ tcp }) => tcp.alone),
      goal: { ratio: 1 / 3, is: 'at least' },
    },
    {
      what: 'the delivery beside it, against the link',
      unit: 'MB/s',
      measured: runs.map(({ delivery }) => delivery.tcp),
      reference: rates,
    },
  ]);
}

test('manners-busy', async ({ build }, info) => {
  need(info, await missingForLink());
  const world = await build(FAR);
  const source = await writeRandom(info.outputPath('source.bin'), scaled(BUSY_MEBIBYTES));
  const rates: Record<'polite' | 'all', number[]> = { polite: [], all: [] };
  const deliverBusy = (prepare: (sender: Page) => Promise<void>) =>
    deliver(world, source, (receiver) => busily(receiver), prepare);
  const busily = async (receiver: Page): Promise<number> => {
    const relax = keepBusy();
    try {
      const { moments } = await watchProgress(receiver, () => pass(BESIDE));
      return rateOf(moments);
    } finally {
      await relax();
    }
  };
  for (let round = 1; round <= ROUNDS; round++) {
    rates.polite.push(await deliverBusy(async () => {}));
    rates.all.push(
      await deliverBusy(async (sender) => {
        await openMore(sender);
        await sender.getByTestId('use-all').check();
      }),
    );
  }
  report('manners-busy', 'the same delivery that uses all; 50 ms round trip, busy processors', [
    {
      what: 'a delivery with manners',
      unit: 'MB/s',
      measured: rates.polite,
      reference: rates.all,
      goal: { ratio: 0.9, is: 'at least' },
    },
  ]);
});

async function callFor(lab: Lab, seconds: number): Promise<readonly [number, number]> {
  const call = await startCall(lab);
  await pass(seconds);
  const rounds = await call.end();
  return [percentile(rounds, 0.5), percentile(rounds, 0.95)];
}

async function tcpFor(lab: Lab, seconds: number): Promise<number> {
  return rateOf(await transferByTcp(lab, 'cubic', seconds), WARM_UP);
}

/** A time of measuring, in which others have the line. */
function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Delivers the source for as long as `during` takes, from the click on "accept". */
async function deliver<T>(
  { lab, server }: World,
  source: string,
  during: (receiver: Page) => Promise<T>,
  prepare: (sender: Page) => Promise<void> = async () => {},
): Promise<T> {
  const sender = await openPerson(lab.sender, server);
  const receiver = await openPerson(lab.receiver, server);
  try {
    await open(receiver.page, await share(sender.page, server.url, source));
    await prepare(sender.page);
    await receiver.page.getByTestId('accept').click();
    return await during(receiver.page);
  } finally {
    for (const one of [sender, receiver]) await one.close();
  }
}
