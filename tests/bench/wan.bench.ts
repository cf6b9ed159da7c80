import { test as base } from '@playwright/test';

import { open, share } from '../e2e/support/app.ts';
import { writeRandom } from '../e2e/support/files.ts';
import { createLab, type Datagrams, type Host, type Lab } from '../netlab/lab.ts';
import type { LinkOptions } from '../netlab/link.ts';
import { missingForLink, need } from '../netlab/needs.ts';
import { createServer, openPerson, type LabServer, type Person } from '../netlab/people.ts';
import { timeDelivery } from './support/delivery.ts';
import { lanesOf, watchLanes } from '../e2e/support/lanes.ts';
import { goodputOf, rateOf, type Moment } from './support/moments.ts';
import { plot, type Series } from './support/plot.ts';
import { droppedOf, dropsOf, watchQueue, type Counts } from './support/queue.ts';
import { processorOf, startProcessorClock } from './support/processor.ts';
import { openRawChannel } from './support/raw-channel.ts';
import { report, save, type Line } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';
import { hasTcp, transferByTcp } from './support/tcp.ts';

/** Seconds of each measurement of a reference. */
const SECONDS = scaled(15);

/** Seconds in which a transfer may find the rate of a limited link. */
const WARM_UP = scaled(5);

/** Bytes that may be in flight on a link without a rate: more than any transfer here sends in a round trip. */
const AMPLE = 64 * MEBIBYTE;

interface Way {
  readonly name: string;
  readonly title: string;
  readonly link: LinkOptions;
  /** Size of the app's file, which should take about 20 s. */
  readonly mebibytes: number;
  /**
   * How many times faster than the raw channel the app should be, or the part of the link's rate that it should use.
   */
  readonly goal: number;
}

const WAYS: readonly Way[] = [
  {
    name: 'wan-50-ms',
    title: '50 ms round trip',
    link: { delay: 25, queue: AMPLE },
    mebibytes: 250,
    goal: 4,
  },
  {
    name: 'wan-100-ms',
    title: '100 ms round trip',
    link: { delay: 50, queue: AMPLE },
    mebibytes: 200,
    goal: 8,
  },
  {
    name: 'wan-200-ms',
    title: '200 ms round trip',
    link: { delay: 100, queue: AMPLE },
    mebibytes: 120,
    goal: 8,
  },
  {
    name: 'wan-50-ms-loss-0.1',
    title: '50 ms, 0.1 % lost',
    link: { delay: 25, loss: 0.1, queue: AMPLE },
    mebibytes: 200,
    goal: 5,
  },
  {
    name: 'wan-50-ms-loss-1',
    title: '50 ms, 1 % lost',
    link: { delay: 25, loss: 1, queue: AMPLE },
    mebibytes: 130,
    goal: 20,
  },
  {
    name: 'wan-100-mbit',
    title: '100 Mbit/s, 20 ms round trip',
    // The minimum is rate × round trip, 250 kB. Home routers tend to have more.
    link: { delay: 10, rate: 12_500_000, queue: 256 * 1024 },
    mebibytes: 220,
    goal: 0.85,
  },
  {
    name: 'wan-20-mbit',
    title: '20 Mbit/s, 40 ms round trip, a queue of a second',
    link: { delay: 20, rate: 2_500_000, queue: 2_500_000 },
    mebibytes: 45,
    goal: 0.85,
  },
];

/** Bare pages with so many channels, and TCP. */
const BARE = { raw: 1, eight: 8, thirtyTwo: 32 } as const;
type Bare = keyof typeof BARE;

type Runs = Record<'app' | Bare | 'cubic' | 'bbr', (readonly Moment[])[]>;

/** Processor seconds of both ends' browsers for each GB, for each run. */
type Processor = Record<'app' | Bare, number[]>;

/** Datagrams per 1,000 that overflowed the sockets of both ends, since the browsers had not read, for each run. */
type Overflows = Record<'app' | 'raw', number[]>;

/** The fate of the frames on the link, for each run. */
type Queues = Record<'app' | 'raw', Counts[]>;

/** A lab with the server, whose sender is far from everyone else. */
interface World {
  readonly lab: Lab;
  readonly server: LabServer;
  /** Opens a person's browser. It is closed at the end of the test at the latest. */
  readonly person: (host: Host, prepare?: Parameters<typeof openPerson>[2]) => Promise<Person>;
}

const test = base.extend<{ readonly build: (link: LinkOptions) => Promise<World> }>({
  // A fixture, since fixtures are torn down even if a test fails or times out.
  build: async ({}, use) => {
    const labs: Lab[] = [];
    const people: Person[] = [];
    await use(async (link) => {
      const lab = await createLab({ link });
      labs.push(lab);
      const server = createServer(lab);
      await server.start();
      return {
        lab,
        server,
        person: async (host, prepare) => {
          const person = await openPerson(host, server, prepare);
          people.push(person);
          return person;
        },
      };
    });
    for (const person of people) await person.close();
    for (const lab of labs) await lab.dispose();
  },
});

for (const way of WAYS) {
  test(way.name, async ({ build }, info) => {
    need(info, await missingForLink());
    const { name, title, link } = way;
    const source = await writeRandom(info.outputPath('source.bin'), scaled(way.mebibytes));
    const runs: Runs = { raw: [], eight: [], thirtyTwo: [], app: [], cubic: [], bbr: [] };
    const processor: Processor = { raw: [], eight: [], thirtyTwo: [], app: [] };
    const overflows: Overflows = { raw: [], app: [] };
    const queues: Queues = { raw: [], app: [] };
    const lanes: Series[] = [];
    const algorithms = (['cubic', 'bbr'] as const).filter((algorithm) => {
      const has = hasTcp(algorithm);
      if (!has) console.log(`${title}: this kernel has no TCP ${algorithm.toUpperCase()}`);
      return has;
    });
    const world = await build(link);
    for (let round = 1; round <= ROUNDS; round++) {
      const atFirst = await datagramsOf(world);
      const raw = await transferRaw(world, 'raw');
      const between = await datagramsOf(world);
      const delivered = await deliver(world, source, scaled(way.mebibytes) * MEBIBYTE);
      runs.raw.push(raw.result);
      processor.raw.push(raw.processor);
      runs.app.push(delivered.moments);
      processor.app.push(delivered.processor);
      queues.raw.push(raw.counts);
      queues.app.push(delivered.counts);
      overflows.raw.push(overflowOf(atFirst, between));
      overflows.app.push(overflowOf(between, await datagramsOf(world)));
      lanes.push({ name: `run ${round}`, points: delivered.lanes });
      for (const bare of ['eight', 'thirtyTwo'] as const) {
        const { result, processor: spent } = await transferRaw(world, bare);
        runs[bare].push(result);
        processor[bare].push(spent);
      }
      for (const algorithm of algorithms)
        runs[algorithm].push(await transferByTcp(world.lab, algorithm, SECONDS));
    }
    tell(way, { runs, overflows, queues, processor });
    // On a link without a rate TCP is so fast that the others would look flat.
    const goodputs = [
      ...runs.app.map((moments, index) => goodputOf(`run ${index + 1}`, moments)),
      ...runs.raw.slice(-1).map((moments) => goodputOf('one raw channel', moments)),
    ];
    save(`${name}-goodput.svg`, plot(`Goodput, ${title}`, 'MB/s', goodputs));
    const drops = [
      ...queues.app.map((counts, index) => dropsOf(`run ${index + 1}`, counts)),
      ...queues.raw.slice(-1).map((counts) => dropsOf('one raw channel', counts)),
    ];
    save(`${name}-drops.svg`, plot(`Dropped by the link's queue, ${title}`, 'of 1,000', drops));
    save(`${name}-lanes.svg`, plot(`Connections that are up, ${title}`, 'lanes', lanes));
  });
}

interface Measurements {
  readonly runs: Runs;
  readonly overflows: Overflows;
  readonly queues: Queues;
  readonly processor: Processor;
}

function tell(
  { name, title, link: { rate }, mebibytes, goal }: Way,
  { runs, overflows, queues, processor }: Measurements,
): void {
  const warmUp = rate === undefined ? 0 : WARM_UP;
  const ratesOf = (what: keyof Runs) => runs[what].map((moments) => rateOf(moments, warmUp));
  const reference = rate === undefined ? ratesOf('raw') : [rate / 1e6];
  const line = (what: string, measured: readonly number[]): Line => ({
    what,
    unit: 'MB/s',
    measured,
    reference,
  });
  const lines: readonly Line[] = [
    {
      ...line(`${scaled(mebibytes)} MiB by the app`, ratesOf('app')),
      goal: { ratio: goal, is: 'at least' },
    },
    ...(rate === undefined ? [] : [line('one raw channel', ratesOf('raw'))]),
    line('eight raw channels', ratesOf('eight')),
    line('32 raw channels', ratesOf('thirtyTwo')),
    line('TCP CUBIC', ratesOf('cubic')),
    line('TCP BBR', ratesOf('bbr')),
    {
      what: 'processor time, against eight raw channels',
      unit: 's/GB',
      measured: processor.app,
      reference: processor.eight,
    },
    {
      what: 'lost in a full socket, against raw’s',
      unit: 'of 1,000',
      measured: overflows.app,
      reference: overflows.raw,
    },
    {
      what: 'dropped by the link’s queue, against raw’s',
      unit: 'of 1,000',
      measured: queues.app.map(droppedOf),
      reference: queues.raw.map(droppedOf),
    },
  ];
  report(
    name,
    `${rate === undefined ? 'one raw channel' : 'the link’s rate'}; ${title}`,
    lines.filter(({ measured }) => measured.length > 0),
  );
}

async function datagramsOf({ lab }: World): Promise<Datagrams> {
  const [a, b] = await Promise.all([lab.sender.datagrams(), lab.receiver.datagrams()]);
  return { received: a.received + b.received, overflowed: a.overflowed + b.overflowed };
}

function overflowOf(before: Datagrams, after: Datagrams): number {
  const overflowed = after.overflowed - before.overflowed;
  return (1000 * overflowed) / (after.received - before.received + overflowed);
}

async function transferRaw({ lab, person }: World, bare: Bare) {
  const sender = await person(lab.sender);
  const receiver = await person(lab.receiver);
  const channel = await openRawChannel(sender.page, receiver.page, { lanes: BARE[bare] });
  const spent = await startProcessorClock([sender.page, receiver.page]);
  const transferred = await watchQueue(lab.link!, () => channel.transferFor(SECONDS));
  const processor = processorOf(await spent.threads(), transferred.result.at(-1)!.bytes);
  await channel.close();
  for (const one of [sender, receiver]) await one.close();
  return { ...transferred, processor };
}

async function deliver({ lab, server, person }: World, source: string, size: number) {
  const sender = await person(lab.sender);
  const receiver = await person(lab.receiver, watchLanes);
  await open(receiver.page, await share(sender.page, server.url, source));
  const spent = await startProcessorClock([sender.page, receiver.page]);
  const lanes: [seconds: number, count: number][] = [];
  const { result: timed, counts } = await watchQueue(lab.link!, () =>
    timeDelivery(receiver.page, 10 * 60_000, async (seconds) => {
      lanes.push([seconds, await lanesOf(receiver.page)]);
    }),
  );
  const processor = processorOf(await spent.threads(), size);
  for (const one of [sender, receiver]) await one.close();
  const moments: readonly Moment[] = [
    { seconds: 0, bytes: 0 },
    ...timed.moments,
    { seconds: timed.seconds, bytes: size },
  ];
  return { moments, lanes, counts, processor };
}
