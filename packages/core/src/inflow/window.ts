// How large a credit window the path needs.
//
// What is opened and not settled is where it can be: a piece of each lane is on its way into a queue; short paths
// have under way what arrives in a second (outflow/watermarks.ts), and longer ones what arrives in two round trips; a
// piece is being written and one waits; and threads have to pass on what has been. A window that is smaller makes
// lanes wait for credit, and what is beyond it is only memory.

import {
  BUFFER_HIGH_BYTES,
  CREDIT_TURNAROUND,
  PIECE_BYTES,
  SHORT_PATH_TIME,
} from '../constants.ts';
import type { Arrivals, InflowContext } from './types.ts';

/** Bytes of the window that fits; the one that there is while the round trip isn't known. */
export function windowOf(
  { window, windowStart, roundTrip }: InflowContext,
  { bytesPerSecond, lanes }: Arrivals,
): number {
  if (roundTrip === undefined) return window;
  const queues = Math.min(BUFFER_HIGH_BYTES, (bytesPerSecond * SHORT_PATH_TIME) / 1000);
  // The round trip twice, since a window that is too small is what was measured with.
  const loop = (bytesPerSecond * (2 * roundTrip + CREDIT_TURNAROUND)) / 1000;
  const wanted = Math.floor((lanes + 2) * PIECE_BYTES + queues + loop);
  const least = Math.max(Math.ceil(windowStart / 2), Math.min(windowStart, PIECE_BYTES));
  return Math.max(least, Math.min(wanted, 2 * windowStart));
}
