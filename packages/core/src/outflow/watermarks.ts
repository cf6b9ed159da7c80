// How much a lane may have in flight, and when it is given more.
//
// A channel takes more than its path carries. An association that is handed as much as it takes doubles what it sends
// until a burst is lost, either in the queue of the narrowest link or in the socket of a receiver whose processor is
// busy. From there it grows by one packet a round trip, which often takes dozens of seconds. So a lane has as much in
// flight as its path carries, plus some more, which shows when the path can take more. Chunks that wait on one lane are
// sent on another.

import {
  ARRIVED_STEP,
  CHUNK_BYTES,
  FRAME_CHUNKS_MAX,
  FRAME_HEADER_BYTES,
  LANE_GOODPUT_MAX,
  LANE_SHARE_MIN,
  SHORT_PATH_TIME,
  SHORT_ROUND_TRIP,
  IN_FLIGHT_GAIN,
  IN_FLIGHT_MAX,
  IN_FLIGHT_MIN,
  IN_FLIGHT_TURNAROUND,
} from '../constants.ts';
import { laneOf, replaceLane } from './lane-state.ts';
import type { Goodput, OutflowContext, OutflowLane } from './types.ts';

/** Bytes of a message with a whole chunk. */
export const MESSAGE_BYTES = FRAME_HEADER_BYTES + CHUNK_BYTES;

/** A lane fills up to its high mark in that many steps at most. */
const STEPS = 8;

/**
 * The lane's high mark, bytes that it may have in flight, its low mark, at which it is given more, and how many chunks
 * a frame has at most.
 */
export function marksOf(
  { highWater, lowWater, inFlightStart, inFlightLimit, lanes }: OutflowContext,
  lane: OutflowLane,
): { readonly high: number; readonly low: number; readonly frame: number } {
  const count = lanes.filter(({ use }) => use !== 'closing').length;
  const high = Math.min(
    Math.floor(highWater / count),
    carriedBy(lane) ?? inFlightStart,
    Math.max(LANE_SHARE_MIN, Math.floor((inFlightLimit ?? Infinity) / count)),
  );
  // Small steps keep the path full, but each takes processor time.
  const step = Math.max(Math.floor(high / STEPS), Math.min(IN_FLIGHT_MIN, high) / 2);
  // A low mark above the high one less a message would never be crossed downwards, and the lane would stall for ever.
  // Nor would one below a receiver's step be, since it reports no less.
  const share = Math.max(ARRIVED_STEP, Math.floor(lowWater / count));
  const low = Math.min(share, high - Math.max(step, MESSAGE_BYTES));
  const least = high < LANE_SHARE_MIN ? 0 : ARRIVED_STEP;
  // What is in flight should stay close to its mark, so a message is no more than a step of it.
  // Over a short path messages don't wait for each other, and fewer need less work.
  const parts = isNear(lane) ? STEPS / 2 : STEPS;
  const frame = Math.min(FRAME_CHUNKS_MAX, Math.max(1, Math.floor(high / parts / CHUNK_BYTES)));
  return { high, low: Math.max(0, Math.floor(low), least), frame };
}

function isNear({ roundTrip = Infinity }: OutflowLane): boolean {
  return roundTrip < SHORT_ROUND_TRIP;
}

function carriedBy(lane: OutflowLane): number | undefined {
  const { goodput, roundTrip } = lane;
  if (goodput === undefined || roundTrip === undefined) return undefined;
  const time = isNear(lane) ? SHORT_PATH_TIME : IN_FLIGHT_GAIN * (roundTrip + IN_FLIGHT_TURNAROUND);
  const carried = Math.max(IN_FLIGHT_MIN, Math.floor((goodput * time) / 1000));
  const most = Math.max(IN_FLIGHT_MAX, Math.floor((LANE_GOODPUT_MAX * roundTrip) / 1000));
  return isNear(lane) ? carried : Math.min(carried, most);
}

/**
 * A lane that never ran dry shows how much of its bytes in flight the path takes. A lane that ran dry shows only what
 * it was given: the path takes at least as much, so the figure then never falls, and may double. An invalid rate counts
 * as the lowest one.
 */
export function recordGoodput(
  context: OutflowContext,
  id: number,
  { bytesPerSecond, queue, roundTrip }: Goodput,
): OutflowContext {
  const lane = laneOf(context, id);
  if (lane === undefined) return context;
  const rate = bytesPerSecond > 0 ? bytesPerSecond : 0;
  const goodput = queue === 'dry' ? Math.max(lane.goodput ?? 0, 2 * rate) : rate;
  return replaceLane(context, { ...lane, goodput, roundTrip });
}
