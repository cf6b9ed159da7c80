// What the lanes' channels are given, and when: as much as queues, credit and pace allow (SPEC.md: K).

import { CHUNK_BYTES } from '../constants.ts';
import { pieceAt } from '../protocol/plan.ts';
import { chunksOf, laneOf, replaceLane } from './lanes.ts';
import { marksOf, MESSAGE_BYTES } from './marks.ts';
import { askForTime, chunksAllowed, spend, wait } from './pace.ts';
import type { OpenPiece, OutflowCommand, OutflowContext, OutflowLane } from './types.ts';

/** Gives each lane what it can take. */
export function fillLanes(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const given: OutflowCommand[] = [];
  let next = context;
  for (const { lane } of lanesInTurn(context)) next = fillLane(next, lane, given);
  // Before what is given: handing it over takes time that counts.
  const [pace, asked] = askForTime(next.pace);
  commands.push(...asked, ...given);
  return pace === next.pace ? next : { ...next, pace };
}

// Where there isn't enough for all of them, the oldest piece is finished first: a lane that always came last would
// hold its piece's credit, and could never be retired.
function lanesInTurn({ lanes, pace, plan }: OutflowContext): readonly OutflowLane[] {
  if (pace.state === 'free') return lanes;
  const orderOf = ({ open }: OutflowLane): number => open?.ordinal ?? plan.pieces;
  return lanes.toSorted((a, b) => orderOf(a) - orderOf(b));
}

function fillLane(context: OutflowContext, id: number, commands: OutflowCommand[]): OutflowContext {
  const lane = laneOf(context, id);
  if (lane?.state !== 'ready' || lane.use === 'closing' || context.flow === 'paused')
    return context;
  const opened = lane.open ?? (lane.use === 'used' ? peekPiece(context) : undefined);
  if (opened === undefined) return context;
  const { length } = pieceAt(context.plan, opened.ordinal);
  const allowed = chunksAllowed(context.pace, length - bytesUpTo(length, opened.sent));
  if (allowed === 0) return { ...context, pace: wait(context.pace) };
  const { high, low } = marksOf(context, lane);
  const isResumed = opened.sent > opened.from;
  const count = isResumed && lane.buffered > low ? 0 : chunksThatFit(lane.buffered, high, low);
  if (count === 0) {
    commands.push({ type: 'buffer.await', lane: id, low });
    return replaceLane(context, { ...lane, state: 'draining' });
  }
  return give(context, lane, opened, Math.min(count, allowed), commands);
}

function give(
  context: OutflowContext,
  lane: OutflowLane,
  opened: OpenPiece,
  count: number,
  commands: OutflowCommand[],
): OutflowContext {
  const { ordinal, sent } = opened;
  const given = Math.min(opened.chunks, sent + count);
  commands.push({ type: 'chunks.send', lane: lane.lane, ordinal, from: sent, to: given });
  const { length } = pieceAt(context.plan, ordinal);
  const charged = lane.open === undefined ? chargePiece(context) : context;
  const pace = spend(charged.pace, bytesUpTo(length, given) - bytesUpTo(length, sent));
  return replaceLane(
    { ...charged, pace },
    {
      ...lane,
      state: 'sending',
      open: { ...opened, given },
      given: lane.given + given - sent,
    },
  );
}

// K1: in manifest order, whole in memory, and only if it fits the credit.
function peekPiece({
  plan,
  ahead,
  retries,
  creditUpTo,
  openedBytes,
}: OutflowContext): OpenPiece | undefined {
  const first = ahead[0];
  if (first?.state !== 'loaded') return undefined;
  // A file is tried again only once nothing is out (K6).
  if (retries.length > 0 && first.lostFrom === undefined) return undefined;
  const { ordinal, length } = pieceAt(plan, first.ordinal);
  const charge = first.lostFrom === undefined ? length : 0;
  if (openedBytes + charge > creditUpTo) return undefined;
  const from = first.lostFrom ?? 0;
  return { ordinal, chunks: chunksOf(length), from, sent: from, given: from };
}

function chargePiece(context: OutflowContext): OutflowContext {
  const [first, ...ahead] = context.ahead;
  const isDue = first !== undefined && first.lostFrom === undefined;
  const length = isDue ? pieceAt(context.plan, first.ordinal).length : 0;
  return { ...context, ahead, openedBytes: context.openedBytes + length };
}

function chunksThatFit(buffered: number, high: number, low: number): number {
  const count = Math.max(0, Math.floor((high - buffered) / MESSAGE_BYTES));
  return buffered <= low ? Math.max(1, count) : count;
}

/** Bytes of a piece in its first so many chunks. */
export function bytesUpTo(length: number, chunks: number): number {
  return Math.min(length, chunks * CHUNK_BYTES);
}
