// What the lanes' channels are given, and when: as much as their queues and the credit allow (SPEC.md: K).

import { CHUNK_BYTES, FRAME_HEADER_BYTES } from '../constants.ts';
import { pieceAt } from '../protocol/plan.ts';
import { chunksOf, laneOf, replaceLane } from './lanes.ts';
import type { OpenPiece, OutflowCommand, OutflowContext } from './types.ts';

/** Gives each lane what it can take. */
export function fillLanes(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  let next = context;
  for (const { lane } of context.lanes) next = fillLane(next, lane, commands);
  return next;
}

function fillLane(context: OutflowContext, id: number, commands: OutflowCommand[]): OutflowContext {
  const lane = laneOf(context, id);
  if (lane?.state !== 'ready' || lane.use === 'closing' || context.flow === 'paused')
    return context;
  const opened = lane.open ?? (lane.use === 'used' ? peekPiece(context) : undefined);
  if (opened === undefined) return context;
  const { high, low } = marksOf(context);
  const isResumed = opened.sent > opened.from;
  const count = isResumed && lane.buffered > low ? 0 : chunksThatFit(lane.buffered, high, low);
  if (count === 0) {
    commands.push({ type: 'buffer.await', lane: id, low });
    return replaceLane(context, { ...lane, state: 'draining' });
  }
  const given = Math.min(opened.chunks, opened.sent + count);
  commands.push({
    type: 'chunks.send',
    lane: id,
    ordinal: opened.ordinal,
    from: opened.sent,
    to: given,
  });
  const charged = lane.open === undefined ? chargePiece(context) : context;
  return replaceLane(charged, {
    ...lane,
    state: 'sending',
    open: { ...opened, given },
    given: lane.given + given - opened.sent,
  });
}

// K1: in manifest order, whole in memory, and only if it fits the credit.
function peekPiece({
  plan,
  ahead,
  retries,
  window,
  openedBytes,
  creditedBytes,
}: OutflowContext): OpenPiece | undefined {
  const first = ahead[0];
  if (first?.state !== 'loaded') return undefined;
  // A file is tried again only once nothing is out (K6).
  if (retries.length > 0 && first.lostFrom === undefined) return undefined;
  const { ordinal, length } = pieceAt(plan, first.ordinal);
  const charge = first.lostFrom === undefined ? length : 0;
  if (openedBytes + charge > window + creditedBytes) return undefined;
  const from = first.lostFrom ?? 0;
  return { ordinal, chunks: chunksOf(length), from, sent: from, given: from };
}

function chargePiece(context: OutflowContext): OutflowContext {
  const [first, ...ahead] = context.ahead;
  const isDue = first !== undefined && first.lostFrom === undefined;
  const length = isDue ? pieceAt(context.plan, first.ordinal).length : 0;
  return { ...context, ahead, openedBytes: context.openedBytes + length };
}

// A low mark above the high one less a message would never be crossed downwards: it would stall for ever.
function marksOf({ highWater, lowWater, lanes }: OutflowContext): {
  readonly high: number;
  readonly low: number;
} {
  const count = lanes.filter(({ use }) => use !== 'closing').length;
  const high = Math.floor(highWater / count);
  const low = Math.floor(lowWater / count);
  return { high, low: Math.max(0, Math.min(low, high - MESSAGE_BYTES)) };
}

const MESSAGE_BYTES = FRAME_HEADER_BYTES + CHUNK_BYTES;

function chunksThatFit(buffered: number, high: number, low: number): number {
  const count = Math.max(0, Math.floor((high - buffered) / MESSAGE_BYTES));
  return buffered <= low ? Math.max(1, count) : count;
}

/** Bytes of a piece in its first so many chunks. */
export function bytesUpTo(length: number, chunks: number): number {
  return Math.min(length, chunks * CHUNK_BYTES);
}
