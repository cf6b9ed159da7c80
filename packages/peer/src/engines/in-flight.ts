import { ARRIVED_STEP, RemoteProtocolError, type Goodput } from '@burritoshare/core';
import { createGoodputMeter } from './goodput-meter.ts';

/** What one lane's channel has been given, and has not arrived (SPEC.md, F6). */
export interface InFlight {
  /** Bytes of messages. */
  readonly bytes: number;
  /** Bytes of messages that have arrived. */
  readonly arrived: number;
  /** Whether somebody waits for fewer. */
  readonly isAwaited: boolean;
  /** So many bytes are handed over now. A figure, if it is time for one. */
  add(bytes: number): Goodput | undefined;
  /** @throws RemoteProtocolError `violation` if there are fewer. */
  requireSent(bytes: number): void;
  /**
   * The receiver says that so many more have arrived.
   *
   * @throws RemoteProtocolError `violation` if there were not as many.
   */
  remove(bytes: number): void;
  /** Calls back once, when so many are in flight or fewer, which may be now. */
  await(low: number, drained: () => void): void;
}

interface Timed {
  /** Bytes that have arrived once it has. */
  readonly until: number;
  readonly since: number;
}

/** @param now - milliseconds. */
export function createInFlight(now: () => number): InFlight {
  const meter = createGoodputMeter();
  let [given, arrived] = [0, 0];
  let awaited: { readonly low: number; readonly drained: () => void } | undefined;
  // Of which the receiver will say with a later message that it has arrived.
  let untold = 0;
  // One message at a time is timed, of those that the receiver says something after. The shortest time is the
  // path's: all others waited in a queue.
  let timed: Timed | undefined;
  let roundTrip: number | undefined;

  const time = (): void => {
    if (timed === undefined || arrived < timed.until) return;
    roundTrip = Math.min(roundTrip ?? Infinity, now() - timed.since);
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
    get isAwaited() {
      return awaited !== undefined;
    },
    add(bytes) {
      // What is less than a step is heard of with what comes next.
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
      // Of less than a step the receiver says nothing by itself.
      const heard = Math.max(low, ARRIVED_STEP - 1);
      if (given - arrived <= heard) drained();
      else awaited = { low: heard, drained };
    },
  };
}
