import { ARRIVED_STEP, RemoteProtocolError, type Goodput } from '@burritoshare/core';
import { createGoodputMeter } from './goodput-meter.ts';

/** Milliseconds of round trips, waiting at this end included. */
export interface RecentRoundTrips {
  /** Of those that have ended. */
  readonly shortest: number;
  /** Also of one that goes on. */
  readonly longest: number;
}

/** What a flow had in flight, over some time. */
export interface RecentFlight {
  /** The most bytes on all open lanes: lanes are filled by and by. */
  readonly inFlight: number;
  /** Bytes that arrived in a second. */
  readonly rate: number;
  /** Those of all open lanes; undefined without any. */
  readonly roundTrips: RecentRoundTrips | undefined;
}

/** The bytes that one lane's channel was given and that have not arrived (SPEC.md, F6). */
export interface InFlight {
  /** Bytes of messages that are in flight. */
  readonly bytes: number;
  /** Bytes of messages that have arrived. */
  readonly arrived: number;
  /** Milliseconds of the shortest round trip so far; undefined before the first one. */
  readonly roundTrip: number | undefined;
  /** What was seen since it was last asked; undefined without any round trip. */
  takeRecent(): RecentRoundTrips | undefined;
  /** Whether `await` is waiting for fewer. */
  readonly isAwaited: boolean;
  /** Counts bytes that are handed over now. Returns a figure if it is time for one. */
  add(bytes: number): Goodput | undefined;
  /** @throws RemoteProtocolError `violation` if fewer bytes are in flight. */
  requireSent(bytes: number): void;
  /**
   * Counts bytes that the receiver reports as arrived.
   *
   * @throws RemoteProtocolError `violation` if fewer were in flight.
   */
  remove(bytes: number): void;
  /** Calls back once, when at most `low` bytes are in flight, which may be now. */
  await(low: number, drained: () => void): void;
}

interface Timed {
  /** The count of arrived bytes at which this message has arrived. */
  readonly until: number;
  readonly since: number;
}

/** @param now - milliseconds. */
export function createInFlight(now: () => number): InFlight {
  const meter = createGoodputMeter();
  let [given, arrived] = [0, 0];
  let awaited: { readonly low: number; readonly drained: () => void } | undefined;
  // Bytes since the last message that the receiver answers with a report.
  let untold = 0;
  // Times one message at a time, of those that the receiver answers with a report. The shortest time is the path's
  // own: all longer ones include waiting in a queue.
  let timed: Timed | undefined;
  let roundTrip: number | undefined;
  let [shortest, longest] = [Infinity, 0];

  const time = (): void => {
    if (timed === undefined || arrived < timed.until) return;
    const taken = now() - timed.since;
    roundTrip = Math.min(roundTrip ?? Infinity, taken);
    shortest = Math.min(shortest, taken);
    longest = Math.max(longest, taken);
    timed = undefined;
  };

  const requireSent = (bytes: number): void => {
    if (bytes > given - arrived)
      throw new RemoteProtocolError('violation', 'more has arrived than was sent');
  };

  return {
    requireSent,
    get bytes() {
      return given - arrived;
    },
    get arrived() {
      return arrived;
    },
    get roundTrip() {
      return roundTrip;
    },
    takeRecent() {
      const waiting = timed === undefined ? 0 : now() - timed.since;
      const seen = { shortest, longest: Math.max(longest, waiting) };
      [shortest, longest] = [Infinity, 0];
      return seen.shortest < Infinity || timed !== undefined ? seen : undefined;
    },
    get isAwaited() {
      return awaited !== undefined;
    },
    add(bytes) {
      // Less than a step counts as nothing: the receiver reports it only with later bytes.
      const queue = given - arrived < ARRIVED_STEP ? 'dry' : 'filled';
      const goodput = meter.look(arrived, now(), queue);
      given += bytes;
      untold += bytes;
      if (untold >= ARRIVED_STEP) {
        untold = 0;
        timed ??= { until: given, since: now() };
      }
      return goodput && { ...goodput, roundTrip };
    },
    remove(bytes) {
      requireSent(bytes);
      arrived += bytes;
      time();
      if (awaited === undefined || given - arrived > awaited.low) return;
      const { drained } = awaited;
      awaited = undefined;
      drained();
    },
    await(low, drained) {
      // The receiver doesn't report less than a step, so waiting for fewer bytes might never end.
      const heard = Math.max(low, ARRIVED_STEP - 1);
      if (given - arrived <= heard) drained();
      else awaited = { low: heard, drained };
    },
  };
}
