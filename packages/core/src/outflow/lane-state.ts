// What happens to a lane and the pieces on it when the lane is closed or lost (SPEC.md: W).

import { bareParcel, hasFileOf } from '../pieces/parcels.ts';
import { bytesOf } from './chunks.ts';
import type {
  Chunks,
  GivenChunks,
  OpenPiece,
  OutflowCommand,
  OutflowContext,
  OutflowLane,
} from './types.ts';

export function laneOf({ lanes }: OutflowContext, id: number): OutflowLane | undefined {
  return lanes.find(({ lane }) => lane === id);
}

export function replaceLane(context: OutflowContext, lane: OutflowLane): OutflowContext {
  return {
    ...context,
    lanes: context.lanes.map((candidate) => (candidate.lane === lane.lane ? lane : candidate)),
  };
}

export function recordLane(context: OutflowContext, lane: number): OutflowContext {
  if (laneOf(context, lane) !== undefined) return context;
  return { ...context, lanes: [...context.lanes, readyLane(lane)] };
}

export function readyLane(lane: number): OutflowLane {
  return {
    lane,
    state: 'ready',
    buffered: 0,
    goodput: undefined,
    roundTrip: undefined,
    open: undefined,
    use: 'used',
    given: 0,
    finished: [],
    finishedBytes: 0,
  };
}

/** A lane whose channel has taken the piece that was open on it. */
export function finishPiece(
  context: OutflowContext,
  lane: OutflowLane,
  { from, to, ...open }: OpenPiece,
): OutflowLane {
  const part = { ...bareParcel(open), from, to, end: to };
  return dropArrived(context, {
    ...lane,
    open: undefined,
    finished: [...lane.finished, part],
    finishedBytes: lane.finishedBytes + bytesOf(context.plan, part),
  });
}

// A lane keeps its order: if a part of a piece has not arrived, no part behind it has, and none of their pieces is
// credited. So a part has arrived if it and those behind it are more than all that is out.
function dropArrived(
  { plan, openedBytes, creditedBytes }: OutflowContext,
  lane: OutflowLane,
): OutflowLane {
  let { finishedBytes } = lane;
  let first = 0;
  for (const part of lane.finished) {
    if (finishedBytes <= openedBytes - creditedBytes) break;
    finishedBytes -= bytesOf(plan, part);
    first += 1;
  }
  return first === 0 ? lane : { ...lane, finished: lane.finished.slice(first), finishedBytes };
}

/** Whether a lane is sending the piece, or the piece is waiting for one. */
export function isInUse({ lanes, ahead }: OutflowContext, ordinal: number): boolean {
  return (
    lanes.some(({ open }) => open?.ordinal === ordinal) ||
    ahead.some((piece) => piece.ordinal === ordinal)
  );
}

/** W3: a lane that takes no more pieces is closed once its channel has its last one. */
export function closeRetired(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  if (!context.lanes.some(isRetired)) return context;
  const lanes = context.lanes.map((lane) => {
    if (!isRetired(lane)) return lane;
    commands.push({ type: 'lane.close', lane: lane.lane, chunks: lane.given });
    return { ...lane, use: 'closing' as const };
  });
  return { ...context, lanes };
}

function isRetired({ use, open }: OutflowLane): boolean {
  return use === 'retiring' && open === undefined;
}

/** Whether a lane can be told to retire: lane 0 carries control, and ends with its generation. */
export function isUsed(context: OutflowContext, lane: number): boolean {
  return lane !== 0 && laneOf(context, lane)?.use === 'used';
}

/** Whether a lane can be lost. That includes a lane that waits for its last chunks to arrive. */
export function isLosable(context: OutflowContext, lane: number): boolean {
  return lane !== 0 && laneOf(context, lane) !== undefined;
}

export function recordRetired(context: OutflowContext, id: number): OutflowContext {
  const lane = laneOf(context, id);
  return lane === undefined ? context : replaceLane(context, { ...lane, use: 'retiring' });
}

/** W3: asks the receiver at once, since nothing more will come. */
export function recordLost(
  context: OutflowContext,
  id: number,
): readonly [OutflowContext, readonly OutflowCommand[]] {
  const lane = laneOf(context, id);
  if (lane === undefined) return [context, []];
  const closing = { ...lane, use: 'closing' as const, open: undefined, finished: tailOf(lane) };
  const next = replaceLane(context, closing);
  return [next, [...releaseOf(next, lane.open), { type: 'lane.close', lane: id, chunks: 0 }]];
}

function tailOf({ finished, open }: OutflowLane): readonly GivenChunks[] {
  if (open === undefined) return finished;
  const { from, given, to } = open;
  return [...finished, { ...bareParcel(open), from, to: given, end: to }];
}

// Other lanes may be sending the piece, too.
function releaseOf(
  context: OutflowContext,
  open: OpenPiece | undefined,
): readonly OutflowCommand[] {
  if (open === undefined || isInUse(context, open.ordinal)) return [];
  return [{ type: 'piece.release', ...bareParcel(open) }];
}

/**
 * Whether the receiver reports an impossible number of chunks: more than were sent, or fewer than it has credited (W4).
 */
export function isCountWrong(context: OutflowContext, id: number, chunks: number): boolean {
  const lane = laneOf(context, id);
  if (lane === undefined) return false;
  return chunks > lane.given || chunks < lane.given - chunksOut(tailOf(lane));
}

/** W4: the lane is gone. Chunks that it was given and the receiver has not had are sent on other lanes. */
export function recordClosed(
  context: OutflowContext,
  id: number,
  chunks: number,
): readonly [OutflowContext, readonly OutflowCommand[]] {
  const lane = laneOf(context, id);
  if (lane === undefined) return [context, []];
  const next = {
    ...context,
    lanes: context.lanes.filter((other) => other !== lane),
    lost: [...context.lost, ...lostOf(lane, chunks)],
  };
  return [next, releaseOf(next, lane.open)];
}

function lostOf(lane: OutflowLane, chunks: number): readonly Chunks[] {
  const tail = tailOf(lane);
  let before = lane.given - chunksOut(tail);
  return tail.flatMap(({ from, to, end, ...parcel }) => {
    const arrived = Math.min(Math.max(0, chunks - before), to - from);
    before += to - from;
    const next = from + arrived;
    return next < end ? [{ ...parcel, from: next, to: end }] : [];
  });
}

function chunksOut(given: readonly Chunks[]): number {
  return given.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Whether an unreadable piece was charged and then lost with a lane (W5). */
export function isLostForGood({ plan, ahead }: OutflowContext, file: number): boolean {
  return ahead.some(
    ({ state, lost }) => lost !== undefined && state === 'loading' && hasFileOf(plan, lost, file),
  );
}
