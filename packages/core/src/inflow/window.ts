// How large a credit window the path needs.
//
// Bytes that are opened and not settled can be in five places: a piece of each lane on its way into a queue; in flight,
// which is what arrives in a second on short paths (outflow/watermarks.ts) and in two round trips on longer ones; a
// piece that is being written and one that waits; and what busy threads have yet to pass on. A smaller window makes
// lanes wait for credit; a larger one only takes memory.

import {
  BUFFER_HIGH_BYTES,
  CREDIT_TURNAROUND,
  PIECE_BYTES,
  SHORT_PATH_TIME,
} from '../constants.ts';
import type { Arrivals, InflowContext } from './types.ts';

/** Bytes of the window that fits the path; the current window while the round trip isn't known. */
export function windowOf(
  { window, windowStart, roundTrip }: InflowContext,
  { bytesPerSecond, lanes }: Arrivals,
): number {
  if (roundTrip === undefined) return window;
  const queues = Math.min(BUFFER_HIGH_BYTES, (bytesPerSecond * SHORT_PATH_TIME) / 1000);
  // Two round trips, since the rate may have been measured with a window that was too small.
  const loop = (bytesPerSecond * (2 * roundTrip + CREDIT_TURNAROUND)) / 1000;
  const wanted = Math.floor((lanes + 2) * PIECE_BYTES + queues + loop);
  const least = Math.max(Math.ceil(windowStart / 2), Math.min(windowStart, PIECE_BYTES));
  return Math.max(least, Math.min(wanted, 2 * windowStart));
}
