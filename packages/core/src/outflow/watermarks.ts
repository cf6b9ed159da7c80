// How much a lane may have under way, and when it is given more.
//
// What a channel takes isn't what its path takes. An association that is handed as much as it wants doubles what it
// sends until a burst is lost, be it in the queue of the narrowest link or in the socket of a receiver that has no
// processor just then, and goes on from there by one packet a round trip: in dozens of seconds, often. So a lane
// has under way what its path carries, and some more, by which a path that takes more shows it. What waits in
// front of a lane goes out on another one.

import {
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
  LANE_GOODPUT_MAX,
  SHORT_PATH_TIME,
  SHORT_ROUND_TRIP,
  UNDER_WAY_GAIN,
  UNDER_WAY_MAX,
  UNDER_WAY_MIN,
  UNDER_WAY_TURNAROUND,
} from '../constants.ts';
import { laneOf, replaceLane } from './lane-state.ts';
import type { Goodput, OutflowContext, OutflowLane } from './types.ts';

/** Bytes of one message with a whole chunk. */
export const MESSAGE_BYTES = FRAME_HEADER_BYTES + CHUNK_BYTES;

/** What a lane may have under way is given in so many steps at most. */
const STEPS = 8;

/** Bytes that a lane may have under way, and those at which it is given more. */
export function marksOf(
  { highWater, lowWater, underWayStart, lanes }: OutflowContext,
  lane: OutflowLane,
): { readonly high: number; readonly low: number } {
  const count = lanes.filter(({ use }) => use !== 'closing').length;
  const high = Math.min(Math.floor(highWater / count), carriedBy(lane) ?? underWayStart);
  // Small steps keep the path full, and each of them takes processor time.
  const step = Math.max(Math.floor(high / STEPS), Math.min(UNDER_WAY_MIN, high) / 2);
  // A low mark above the high one less a message would never be crossed downwards: it would stall for ever.
  const low = Math.min(Math.floor(lowWater / count), high - Math.max(step, MESSAGE_BYTES));
  return { high, low: Math.max(0, Math.floor(low)) };
}

function carriedBy({ goodput, roundTrip }: OutflowLane): number | undefined {
  if (goodput === undefined || roundTrip === undefined) return undefined;
  const isShort = roundTrip < SHORT_ROUND_TRIP;
  const time = isShort ? SHORT_PATH_TIME : UNDER_WAY_GAIN * (roundTrip + UNDER_WAY_TURNAROUND);
  const carried = Math.max(UNDER_WAY_MIN, Math.floor((goodput * time) / 1000));
  const most = Math.max(UNDER_WAY_MAX, Math.floor((LANE_GOODPUT_MAX * roundTrip) / 1000));
  return isShort ? carried : Math.min(carried, most);
}

/**
 * A lane that never ran dry shows what its path takes of what it may have under way. One that did shows what it was
 * given: the path takes as much at least, so that the figure then never falls, and may double. What is no rate is
 * the lowest one.
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
