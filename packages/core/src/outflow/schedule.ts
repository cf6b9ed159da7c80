// Which chunks the lanes' channels are given, and when: as many as watermarks, credit and the pacer allow (SPEC.md: K).

import { OPEN_PIECES_MAX, PIECE_BYTES, SHARED_CHUNKS_MIN } from '../constants.ts';
import { bareParcel, lengthOfParcel } from '../pieces/parcels.ts';
import { bytesOf, chunksOf } from './chunks.ts';
import { laneOf, replaceLane } from './lane-state.ts';
import { marksOf, MESSAGE_BYTES } from './watermarks.ts';
import { askForTime, chunksAllowed, spend, wait } from './pacer.ts';
import type { Chunks, OpenPiece, OutflowCommand, OutflowContext, OutflowLane } from './types.ts';

/** Gives each lane as much as it can take. */
export function fillLanes(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const given: OutflowCommand[] = [];
  let next = context;
  for (const { lane } of lanesInTurn(context)) next = fillLane(next, lane, given);
  // Share last: only now it is known which lanes have nothing, and which pieces wait.
  for (const { lane } of context.lanes) next = shareWith(next, lane, given);
  // Ask before handing over, since handing over takes time that counts.
  const [pacer, asked] = askForTime(next.pacer);
  commands.push(...asked, ...given);
  return pacer === next.pacer ? next : { ...next, pacer };
}

// If the allowance isn't enough for all lanes, finish the oldest piece first. A lane that always came last would keep
// its piece's credit, and could never be retired.
function lanesInTurn({ lanes, pacer, plan }: OutflowContext): readonly OutflowLane[] {
  if (pacer.state === 'free') return lanes;
  const orderOf = ({ open }: OutflowLane): number => open?.ordinal ?? plan.pieces;
  return lanes.toSorted((a, b) => orderOf(a) - orderOf(b));
}

function fillLane(context: OutflowContext, id: number, commands: OutflowCommand[]): OutflowContext {
  const lane = laneOf(context, id);
  if (lane?.state !== 'ready' || lane.use === 'closing' || context.flow === 'paused')
    return context;
  const opened = lane.open ?? (lane.use === 'used' ? peekPiece(context) : undefined);
  if (opened === undefined) return context;
  const rest = bytesOf(context.plan, { ...opened, from: opened.sent });
  const allowed = chunksAllowed(context.pacer, rest);
  if (allowed === 0) return { ...context, pacer: wait(context.pacer) };
  const { high, low } = marksOf(context, lane);
  const isResumed = opened.sent > opened.from;
  const count = isResumed && lane.buffered > low ? 0 : chunksThatFit(lane.buffered, high, low);
  if (count === 0) return drain(context, lane, low, commands);
  return give(context, lane, opened, Math.min(count, allowed), commands);
}

function drain(
  context: OutflowContext,
  lane: OutflowLane,
  low: number,
  commands: OutflowCommand[],
): OutflowContext {
  commands.push({ type: 'buffer.await', lane: lane.lane, low });
  return replaceLane(context, { ...lane, state: 'draining' });
}

function give(
  context: OutflowContext,
  lane: OutflowLane,
  opened: OpenPiece,
  count: number,
  commands: OutflowCommand[],
): OutflowContext {
  const { sent } = opened;
  const given = Math.min(opened.to, sent + count);
  const burst = { ...bareParcel(opened), from: sent, to: given };
  const { frame } = marksOf(context, lane);
  commands.push({ type: 'chunks.send', lane: lane.lane, frame, ...burst });
  const charged = lane.open === undefined ? chargePiece(context) : context;
  const pacer = spend(charged.pacer, bytesOf(context.plan, burst));
  return replaceLane(
    { ...charged, pacer },
    {
      ...lane,
      state: 'sending',
      open: { ...opened, given },
      given: lane.given + given - sent,
    },
  );
}

// K1: in manifest order, completely in memory, and only if it fits the credit.
function peekPiece(context: OutflowContext): OpenPiece | undefined {
  const { ahead, retries, creditUpTo, openedBytes } = context;
  const first = ahead[0];
  if (first?.state !== 'loaded') return undefined;
  // Retry a file only when nothing is out (K6).
  if (retries.length > 0 && first.lost === undefined) return undefined;
  const { length } = first;
  const charge = first.lost === undefined ? length : 0;
  if (openedBytes + charge > creditUpTo) return undefined;
  if (bytesOpen(context) + length > OPEN_PIECES_MAX * PIECE_BYTES) return undefined;
  return openPiece(first.lost ?? { ...bareParcel(first), from: 0, to: chunksOf(length) });
}

function bytesOpen({ plan, lanes }: OutflowContext): number {
  let bytes = 0;
  const seen = new Set<number>();
  for (const { open } of lanes) {
    if (open === undefined || seen.has(open.ordinal)) continue;
    seen.add(open.ordinal);
    bytes += lengthOfParcel(plan, open);
  }
  return bytes;
}

function openPiece(chunks: Chunks): OpenPiece {
  return { ...chunks, sent: chunks.from, given: chunks.from };
}

// A lane that can't open a piece takes half of the longest rest that waits on another, full lane. Lanes are not equally
// fast: the last pieces would keep single lanes busy while all others have nothing.
function shareWith(
  context: OutflowContext,
  id: number,
  commands: OutflowCommand[],
): OutflowContext {
  const lane = laneOf(context, id);
  const isIdle = lane?.state === 'ready' && lane.use === 'used' && lane.open === undefined;
  if (!isIdle || context.flow === 'paused' || peekPiece(context) !== undefined) return context;
  const [longest] = context.lanes.filter(isWaiting).toSorted((a, b) => restOf(b) - restOf(a));
  if (longest === undefined || restOf(longest) < 2 * SHARED_CHUNKS_MIN) return context;
  const { high, low } = marksOf(context, lane);
  // Chunks that it took now would wait behind those that it has.
  if (chunksThatFit(lane.buffered, high, low) === 0) return drain(context, lane, low, commands);
  const { open } = longest;
  const middle = open.to - Math.floor(restOf(longest) / 2);
  const rest = openPiece({ ...bareParcel(open), from: middle, to: open.to });
  const shortened = replaceLane(context, { ...longest, open: { ...open, to: middle } });
  return fillLane(replaceLane(shortened, { ...lane, open: rest }), id, commands);
}

type WaitingLane = OutflowLane & { readonly open: OpenPiece };

function isWaiting(lane: OutflowLane): lane is WaitingLane {
  return lane.state === 'draining' && lane.open !== undefined;
}

function restOf({ open: { given, to } }: WaitingLane): number {
  return to - given;
}

function chargePiece(context: OutflowContext): OutflowContext {
  const [first, ...ahead] = context.ahead;
  const length = first?.lost === undefined ? (first?.length ?? 0) : 0;
  return { ...context, ahead, openedBytes: context.openedBytes + length };
}

function chunksThatFit(buffered: number, high: number, low: number): number {
  const count = Math.max(0, Math.floor((high - buffered) / MESSAGE_BYTES));
  return buffered <= low ? Math.max(1, count) : count;
}
