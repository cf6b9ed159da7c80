// How large a credit window the path needs.
//
// Bytes that are opened and not settled can be in five places: the pieces that lanes are giving to their queues; in
// flight, which is what arrives in two round trips (outflow/watermarks.ts), a second at most; a piece that is being
// written and one that waits; and what busy threads have yet to pass on. A smaller window makes lanes wait for credit;
// a larger one only takes memory.

import {
  BUFFER_HIGH_BYTES,
  CREDIT_FLIGHT_TIME,
  CREDIT_TURNAROUND,
  OPEN_PIECES_MAX,
  PIECE_BYTES,
} from '../constants.ts';
import type { Arrivals, InflowContext } from './types.ts';

/** Bytes of the window that fits the path; the current window while the round trip isn't known. */
export function windowOf(
  { window, windowStart, roundTrip }: InflowContext,
  { bytesPerSecond, lanes }: Arrivals,
): number {
  if (roundTrip === undefined) return window;
  const queues = Math.min(BUFFER_HIGH_BYTES, (bytesPerSecond * CREDIT_FLIGHT_TIME) / 1000);
  // Two round trips, since the rate may have been measured with a window that was too small.
  const loop = (bytesPerSecond * (2 * roundTrip + CREDIT_TURNAROUND)) / 1000;
  const pieces = Math.min(lanes, OPEN_PIECES_MAX) + 2;
  const wanted = Math.floor(pieces * PIECE_BYTES + queues + loop);
  const least = Math.max(Math.ceil(windowStart / 2), Math.min(windowStart, PIECE_BYTES));
  return Math.max(least, Math.min(wanted, 2 * windowStart));
}
