import { createRandom, type Random, type VirtualNetwork } from '@burritoshare/core/testing';
import type { ChannelSpeed } from './fake-data-channel.ts';
import type { PartyClock } from './party-clock.ts';

export interface InternetOptions {
  /** That of every channel; read anew for each message. */
  readonly speed?: Partial<ChannelSpeed>;
  readonly hasWay?: boolean;
}

/** A peer connection, as far as an internet knows it. */
export interface InternetEnd {
  /** Looks again which ways are open. */
  look(): void;
}

/** Connects the peer connections that have each other's descriptions. */
export interface FakeInternet {
  readonly network: VirtualNetwork;
  readonly clock: PartyClock;
  speed: ChannelSpeed;
  /** Without a way between two addresses, no pair of candidates works. */
  hasWay: boolean;
  /** Nothing gets from one party's connections to the other's, until it is unblocked. */
  block(from: string, to: string): void;
  unblock(from: string, to: string): void;
  isBlocked(from: string, to: string): boolean;
  /** Milliseconds that an operation of a peer connection takes, drawn anew each time. */
  operationDelay(): number;
  /** Registers a connection. Returns the name for its next descriptions. */
  register(connection: InternetEnd): string;
  find(fragment: string): InternetEnd | undefined;
}

/** Makes an internet. */
export function createFakeInternet(
  network: VirtualNetwork,
  clock: PartyClock,
  random: Random,
  options: InternetOptions = {},
): FakeInternet {
  const connections = new Map<string, InternetEnd>();
  const blocked = new Set<string>();
  const delays = createRandom(random.below(2 ** 32));
  const look = (): void => {
    for (const connection of new Set(connections.values())) connection.look();
  };
  return {
    network,
    clock,
    speed: { delay: 5, jitter: 2, rate: 20_000, ...options.speed },
    hasWay: options.hasWay ?? true,
    block(from, to) {
      blocked.add(`${from}>${to}`);
      look();
    },
    unblock(from, to) {
      blocked.delete(`${from}>${to}`);
      look();
    },
    isBlocked: (from, to) => blocked.has(`${from}>${to}`),
    operationDelay: () => delays.between(0, 3),
    register(connection) {
      const fragment = `fragment${connections.size}`;
      connections.set(fragment, connection);
      return fragment;
    },
    find: (fragment) => connections.get(fragment),
  };
}
