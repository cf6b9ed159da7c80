import {
  CONTROL_CHANNEL_ID,
  deliveryStateOf,
  emptyPieces,
  formatLink,
  parseLink,
  type DeliveryState,
  type Link,
} from '@burritoshare/core';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  type Random,
} from '@burritoshare/core/testing';
import { expect } from 'vitest';
import {
  createReceiverHost,
  createSenderHost,
  type ChosenFile,
  type DrawnBefore,
  type Platform,
  type ReceiverHost,
  type SenderHost,
  type SenderPlatform,
  type SharedBundle,
} from '../../src/index.ts';
import {
  createFakeEngines,
  createFakeInternet,
  createFakeParty,
  createFakeServer,
  createPartyClock,
  type ChannelSpeed,
  type FakeDataChannel,
  type FakeInternet,
  type FakePeerConnection,
  type FakeServer,
  type FakeSocket,
  type PartyClock,
} from '../../src/testing/index.ts';
import {
  createOutside,
  watchSinks,
  watchSource,
  type DiskFaults,
  type Outside,
  type WatchedSink,
  type WatchedSource,
} from './watched-storage.ts';

export interface WorldOptions {
  readonly seed?: number;
  readonly speed?: Partial<ChannelSpeed>;
  readonly hasWay?: boolean;
  /** The place of bulk channels: by default the hosts' own thread. */
  readonly engines?: 'local' | 'worker';
}

/** The parts of the platform that one party was given, and that it must let go of. */
export interface Party {
  readonly clock: PartyClock;
  readonly connections: readonly FakePeerConnection[];
  /** Those of lane 0, one for each generation; further lanes have no control channel. */
  generations(): readonly FakePeerConnection[];
  readonly sockets: readonly FakeSocket[];
  /** Ends the place where its bulk channels live. */
  loseEngine(): void;
  /** A channel of the newest connection. */
  channel(label: 'control' | 'bulk'): FakeDataChannel;
  /** Counts what of the platform is still held: zeros once nothing is (I11). */
  held(): Readonly<Record<string, number>>;
}

export interface SenderParty extends Party {
  readonly host: SenderHost;
  readonly sources: readonly WatchedSource[];
  readonly link: Link;
  /** The state of the delivery with this number, from 1. */
  state(number?: number): DeliveryState;
  delivery(number?: number): ReturnType<SenderHost['delivery']>;
}

export interface ReceiverParty extends Party {
  readonly host: ReceiverHost;
  readonly link: Link;
  readonly sinks: readonly WatchedSink[];
  readonly state: DeliveryState;
  accept(): void;
  /** The bytes of a file that has arrived, by its index in the manifest. */
  fileBytes(file: number): Promise<Uint8Array>;
}

/** How a party's platform differs from the others'. */
export interface PlatformFaults {
  /** The token of its seat in the room, 32 bytes. */
  readonly seat?: Uint8Array<ArrayBuffer>;
  /** Replaces parts of the default platform. */
  readonly platform?: Partial<SenderPlatform>;
  /** The bundle that this sender shared in an earlier visit. */
  readonly restored?: SharedBundle;
  /** The sink that this receiver left behind in an earlier visit. */
  readonly resumed?: WatchedSink;
  /** What was drawn for this receiver before its host. */
  readonly drawn?: DrawnBefore;
  /** What this receiver calls itself. */
  readonly name?: string;
}

/** Two ends, a server and what lies between, in one process and in virtual time. */
export interface World {
  readonly server: FakeServer;
  readonly clock: PartyClock;
  readonly internet: FakeInternet;
  addSender(chosen: readonly ChosenFile[], faults?: PlatformFaults): SenderParty;
  addReceiver(link: Link, faults?: DiskFaults & PlatformFaults): ReceiverParty;
  /** Opens the receiver's page again, over the sink that its earlier visit has left. */
  revisit(receiver: ReceiverParty, faults?: DiskFaults): Promise<ReceiverParty>;
  /** Lets time pass until something holds; fails if it doesn't within so many milliseconds. */
  until(what: string, holds: () => boolean, limit?: number): Promise<void>;
  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  /** A promise that settles in virtual time. */
  wait(milliseconds: number): Promise<void>;
}

/** Makes a world in which everything that is left to chance comes from the seed. */
export function createWorld({ seed = 1, engines = 'local', ...options }: WorldOptions = {}): World {
  const random = createRandom(seed);
  const clock = createPartyClock(createVirtualClock());
  const network = createVirtualNetwork(clock, random.fork());
  const internet = createFakeInternet(network, clock, random.fork(), options);
  const server = createFakeServer(network, createPartyClock(clock));
  const outside = createOutside();
  const place: Place = { receivers: 0, engines, random, clock, internet, server, outside };

  // Promises settle in real time, timers in virtual time: all promises settle before the next timer runs.
  const settle = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (outside.pending > 0);
  };

  return {
    server,
    clock,
    internet,
    async revisit({ link, sinks }, faults = {}) {
      const sink = sinks.at(-1);
      if (sink === undefined) throw new Error('nothing was left');
      return addReceiver(place, link, { ...faults, resumed: sink }, (await sink.list()).pieces);
    },
    addSender: (chosen, faults = {}) => addSender(place, chosen, faults),
    addReceiver: (link, faults = {}) => addReceiver(place, link, faults),
    async until(what, holds, limit = 120_000) {
      const end = clock.now() + limit;
      for (await settle(); !holds(); await settle()) {
        const { next } = clock;
        expect(next ?? Infinity, `${what} never came`).toBeLessThanOrEqual(end);
        clock.advance((next ?? 0) - clock.now());
      }
    },
    async pass(milliseconds) {
      const end = clock.now() + milliseconds;
      for (await settle(); (clock.next ?? Infinity) <= end; await settle()) {
        clock.advance((clock.next ?? 0) - clock.now());
      }
      clock.advance(end - clock.now());
      await settle();
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        clock.setTimeout(resolve, milliseconds);
      }),
  };
}

interface Place {
  /** How many have been added. */
  receivers: number;
  readonly engines: 'local' | 'worker';
  readonly random: Random;
  readonly clock: PartyClock;
  readonly internet: FakeInternet;
  readonly server: FakeServer;
  readonly outside: Outside;
}

function generationsOf(connections: readonly FakePeerConnection[]): readonly FakePeerConnection[] {
  return connections.filter(({ channels }) => channels.has(CONTROL_CHANNEL_ID));
}

function createParty(
  place: Place,
  role: 'sender' | 'receiver',
  { seat, platform: replaced = {} }: PlatformFaults,
): { readonly party: Party; readonly platform: Platform } {
  const clock = createPartyClock(place.clock);
  const random = place.random.fork();
  const owner = role === 'sender' ? role : `${role}${(place.receivers += 1)}`;
  let freeSeat = seat;
  const { internet, server } = place;
  const fake = createFakeParty({ owner, internet, server, clock, random });
  const { connections, sockets } = fake;
  const platform: Platform = {
    ...fake.platform,
    randomBytes(length) {
      const isSeat = length === 32 && freeSeat !== undefined;
      const drawn = isSeat ? freeSeat : undefined;
      if (isSeat) freeSeat = undefined;
      return drawn ?? fake.platform.randomBytes(length);
    },
    ...replaced,
  };
  const engines = createFakeEngines(platform, place.clock, random);
  const party: Party = {
    clock,
    loseEngine: () => {
      engines.fail();
    },
    connections,
    generations: () => generationsOf(connections),
    sockets,
    channel(label) {
      const channel = generationsOf(connections)
        .at(-1)
        ?.channels.get(label === 'control' ? 0 : 1);
      if (channel === undefined) throw new Error(`no channel ${label}`);
      return channel;
    },
    held: () => fake.held(),
  };
  return { party, platform: { ...(place.engines === 'worker' ? engines.open : {}), ...platform } };
}

function addSender(
  place: Place,
  chosen: readonly ChosenFile[],
  faults: PlatformFaults,
): SenderParty {
  const { party, platform } = createParty(place, 'sender', faults);
  const sources: WatchedSource[] = [];
  const host = createSenderHost({
    openSource(input) {
      const source = watchSource(place.outside, input);
      sources.push(source);
      return source;
    },
    ...platform,
  });
  if (faults.restored === undefined) host.choose('bundle', chosen);
  else host.restore(faults.restored);
  const { secrets } = host.bundle.getSnapshot().context;
  if (secrets === undefined) throw new Error('nothing is shared');
  const delivery = (number = 1): ReturnType<SenderHost['delivery']> => {
    const { deliveries } = host.bundle.getSnapshot().context;
    return host.delivery(deliveries.find((one) => one.number === number)?.id ?? '');
  };
  return {
    ...party,
    host,
    sources,
    link: parseLink(formatLink('https://app.example', secrets)),
    delivery,
    state(number = 1) {
      const isKnown = host.bundle
        .getSnapshot()
        .context.deliveries.some((one) => one.number === number);
      return isKnown ? deliveryStateOf(delivery(number).getSnapshot()) : 'connecting';
    },
    held: () => ({ ...party.held(), sources: sources.filter(({ isClosed }) => !isClosed).length }),
  };
}

function addReceiver(
  place: Place,
  link: Link,
  faults: DiskFaults & PlatformFaults,
  pieces = emptyPieces,
): ReceiverParty {
  const { party, platform } = createParty(place, 'receiver', faults);
  const sinks = watchSinks(place.outside, faults);
  const sink = faults.resumed && sinks.reopen(faults.resumed);
  const resumed = sink && { ...sink.input, generation: faults.resumed.generation, pieces, sink };
  const { drawn, name } = faults;
  const host = createReceiverHost({ ...platform, sinks }, link, {
    ...(resumed && { resumed }),
    ...(drawn && { drawn }),
    ...(name === undefined ? {} : { name }),
  });
  return {
    ...party,
    link,
    host,
    sinks: sinks.opened,
    get state() {
      return deliveryStateOf(host.delivery.getSnapshot());
    },
    accept() {
      host.delivery.send({ type: 'accept.requested' });
    },
    async fileBytes(file) {
      const bytes = await place.outside.during(sinks.opened.at(-1)!.memory.fileBytes(file));
      return bytes;
    },
    held: () => ({
      ...party.held(),
      sinks: sinks.opened.filter(({ isDiscarded }) => !isDiscarded).length,
      prepared: sinks.prepared,
    }),
  };
}
