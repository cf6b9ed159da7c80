import {
  BULK_CHANNEL_ID,
  CONTROL_CHANNEL_ID,
  closeCodeOf,
  encodeServerMessage,
  refusalOf,
  type RefusalCode,
} from '@burritoshare/core';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  type Random,
  type VirtualNetwork,
} from '@burritoshare/core/testing';
import {
  createFakeEngines,
  createFakeInternet,
  createFakeParty,
  createFakeServer,
  createPartyClock,
  trace,
  type FakeDataChannel,
  type FakeInternet,
  type FakePeerConnection,
  type FakeServer,
  type FakeSocket,
  type PartyClock,
} from '@burritoshare/peer/testing';
import type { Platform, ReceiverPlatform, Runtime, SenderPlatform } from '@burritoshare/peer';
import type { InspectionEvent } from 'xstate';
import type { Counts } from '../watch/counts.ts';
import type { Story } from '../watch/story.ts';
import type { Mutate } from './hostility.ts';
import { createSleepyClock, type SleepyClock } from './sleepy-clock.ts';

/** The place where everything happens: one clock, one network, one server, one stream of randomness. */
export interface Place {
  readonly random: Random;
  readonly clock: PartyClock;
  readonly network: VirtualNetwork;
  readonly internet: FakeInternet;
  readonly server: FakeServer;
  readonly story: Story;
  readonly counts: Counts;
  /** The code with which the server refuses new sockets; undefined if it takes them. */
  refusal: RefusalCode | undefined;
  /** The place of bulk channels: the pages' own threads, or workers. */
  readonly engines: 'local' | 'worker';
  /** How browsers treat new connections. */
  browsers: 'sound' | 'broken' | 'at their limit';
  /** Reports that an invariant doesn't hold. The first report ends the run. */
  readonly violated: (what: string) => void;
  readonly violation: string | undefined;
}

/** One seed in WORKERS_EVERY has its bulk channels in workers. */
const WORKERS_EVERY = 3;

export function createPlace(seed: number, story: Story, counts: Counts): Place {
  const random = createRandom(seed);
  const clock = createPartyClock(createVirtualClock());
  const network = createVirtualNetwork(clock, random.fork());
  const speed = { delay: random.chance(0.3) ? 100 : 5, jitter: random.below(2) * 10 };
  const internet = createFakeInternet(network, clock, random.fork(), { speed });
  const place = {
    random,
    clock,
    network,
    internet,
    server: createFakeServer(network, createPartyClock(clock)),
    story,
    counts,
    refusal: undefined as RefusalCode | undefined,
    engines: seed % WORKERS_EVERY === 0 ? ('worker' as const) : ('local' as const),
    browsers: 'sound' as Place['browsers'],
    violation: undefined as string | undefined,
    violated(what: string) {
      if (place.violation !== undefined) return;
      place.violation = what;
      story.tell(clock.now(), 'simulation', `VIOLATION: ${what}`);
    },
  };
  return place;
}

/** The parts of the platform that one visit of a page was given, and that it must let go of. */
export interface Visit {
  readonly platform: Platform;
  /** Opens engines in workers; empty if bulk channels live on the page's own thread. */
  readonly engines: Pick<SenderPlatform, 'openOutflowEngine'> &
    Pick<ReceiverPlatform, 'openInflowEngine'>;
  readonly clock: SleepyClock;
  readonly random: Random;
  readonly connections: readonly FakePeerConnection[];
  readonly sockets: readonly FakeSocket[];
  /** Ends the page: `reload` closes its connections, `kill` doesn't tell anybody. */
  leave(how: 'reload' | 'kill'): void;
  readonly isGone: boolean;
  /** Counts what of the platform is still held. */
  held(): Readonly<Record<string, number>>;
}

export interface VisitOptions {
  readonly owner: string;
  readonly inspect: (event: InspectionEvent) => void;
  /** Changes the messages that are sent on channels, for a party that breaks the rules. */
  readonly mutate?: Mutate;
  /** The tag of where it comes from (S14); a neighbourhood of its own if left out. */
  readonly neighbourhood?: string | undefined;
}

export function createVisit(
  place: Place,
  { owner, inspect, mutate, neighbourhood }: VisitOptions,
): Visit {
  const clock = createSleepyClock(place.clock);
  const random = place.random.fork();
  let isGone = false;
  // Messages are no timers: they come at once in a hidden tab, too.
  const posts: Pick<Runtime['clock'], 'setTimeout'> = {
    setTimeout: (work, delay) =>
      place.clock.setTimeout(() => {
        if (!isGone) work();
      }, delay),
  };
  const { internet, server } = place;
  const party = createFakeParty({ owner, internet, server, clock, random, neighbourhood });
  const { connections, sockets } = party;
  const platform: Platform = {
    ...party.platform,
    openSocket() {
      const socket = party.openSocket();
      if (place.refusal !== undefined) refuse(place, socket, place.refusal);
      return socket;
    },
    createPeerConnection(configuration) {
      if (place.browsers === 'at their limit')
        throw new DOMException('too many connections', 'UnknownError');
      const connection = party.connect(configuration);
      if (mutate !== undefined) mutateChannels(connection, mutate);
      if (place.browsers === 'broken') breakOperation(connection, random);
      return connection as unknown as RTCPeerConnection;
    },
    [trace]: inspect,
  };
  return {
    platform,
    engines: place.engines === 'worker' ? createFakeEngines(platform, posts, random).open : {},
    clock,
    random,
    connections,
    sockets,
    leave(how) {
      isGone = true;
      clock.stop();
      for (const connection of connections) {
        if (how === 'kill') connection.vanish();
        else connection.close();
      }
      for (const socket of sockets) socket.vanish(how === 'reload' || random.chance(0.5));
    },
    get isGone() {
      return isGone;
    },
    held: () => party.held(),
  };
}

const CHANNEL_IDS = { control: CONTROL_CHANNEL_ID, bulk: BULK_CHANNEL_ID } as const;

function mutateChannels(connection: FakePeerConnection, mutate: Mutate): void {
  const create = connection.createDataChannel.bind(connection);
  const sends = new Map<FakeDataChannel, (data: string | Uint8Array) => void>();
  connection.createDataChannel = (label, options) => {
    const channel = create(label, options);
    sends.set(channel, channel.send.bind(channel));
    channel.send = (message) => {
      for (const { on, data } of mutate(message)) {
        const other = on === 'same' ? channel : connection.channels.get(CHANNEL_IDS[on]);
        if (other?.readyState === 'open') sends.get(other)?.(data);
      }
    };
    return channel;
  };
}

// A browser rejects an operation that it can't carry out.
function breakOperation(connection: FakePeerConnection, random: Random): void {
  const reject = () => Promise.reject(new DOMException('as the seed wants it', 'OperationError'));
  const operations = ['createOffer', 'createAnswer', 'setRemoteDescription'] as const;
  Object.assign(connection, { [operations[random.below(operations.length)]!]: reject });
}

// Milliseconds: later than the socket opens, and sooner than it has joined.
const REFUSAL_DELAY = 5;

function refuse(place: Place, socket: FakeSocket, code: RefusalCode): void {
  place.clock.setTimeout(() => {
    socket.deliver(encodeServerMessage(refusalOf(code)));
    socket.closeBehind(closeCodeOf(code));
  }, REFUSAL_DELAY);
}
