// How much of a lane's queue is filled, and when it is filled again.
//
// A queue has to outlast the time until it is filled again, and everything that is said waits behind what is in it:
// so it holds what leaves it in a second. What is queued on a lane that has become slow can't be taken by another
// one, and the last pieces of a bundle are with their lanes.

import { CHUNK_BYTES, FRAME_HEADER_BYTES, QUEUE_BYTES_MIN, QUEUE_TIME } from '../constants.ts';
import { laneOf, replaceLane } from './lanes.ts';
import type { Goodput, OutflowContext, OutflowLane } from './types.ts';

/** Bytes of one message with a whole chunk. */
export const MESSAGE_BYTES = FRAME_HEADER_BYTES + CHUNK_BYTES;

/** Bytes up to which a lane's queue is filled, and at which it is filled again. */
export function marksOf(
  { highWater, lowWater, queueStart, lanes }: OutflowContext,
  { goodput }: OutflowLane,
): { readonly high: number; readonly low: number } {
  const count = lanes.filter(({ use }) => use !== 'closing').length;
  const most = Math.floor(highWater / count);
  const wanted =
    goodput === undefined ? queueStart : Math.max(QUEUE_BYTES_MIN, (goodput * QUEUE_TIME) / 1000);
  const high = Math.min(most, Math.floor(wanted));
  const part = most > 0 ? high / most : 1;
  const low = Math.floor((lowWater / count) * part);
  // A low mark above the high one less a message would never be crossed downwards: it would stall for ever.
  return { high, low: Math.max(0, Math.min(low, high - MESSAGE_BYTES)) };
}

/**
 * A queue that never ran dry shows what the path takes. One that did shows what it was given: the path takes as much at
 * least, so that the figure then never falls, and may double. What is no rate is the lowest one.
 */
export function recordGoodput(
  context: OutflowContext,
  id: number,
  { bytesPerSecond, queue }: Goodput,
): OutflowContext {
  const lane = laneOf(context, id);
  if (lane === undefined) return context;
  const rate = bytesPerSecond > 0 ? bytesPerSecond : 0;
  const goodput = queue === 'dry' ? Math.max(lane.goodput ?? 0, 2 * rate) : rate;
  return replaceLane(context, { ...lane, goodput });
}
