import { countFiles, isAbsent } from '../pieces/choice.ts';
import { OPEN_PIECES_MAX, PIECE_BYTES } from '../constants.ts';
import {
  addFailedFile,
  isAllFailed,
  isFileOf,
  noFailedFiles,
  type FailedFiles,
  type FailedFile,
} from '../pieces/failed-files.ts';
import {
  addPiece,
  addRange,
  emptyPieces,
  firstPiece,
  hasPiece,
  nextPiece,
  removeRange,
} from '../pieces/piece-set.ts';
import {
  bareParcel,
  endOfParcel,
  hasParcel,
  lengthOfParcel,
  nextParcel,
  rangesOfParcel,
  withoutFailed,
  type Parcel,
} from '../pieces/parcels.ts';
import { createPlan, pieceAt, piecesOfFile, sizeOf, type Plan } from '../pieces/plan.ts';
import { bytesOfPieces } from '../pieces/ranges.ts';
import { bytesOf } from './chunks.ts';
import { fillLanes } from './schedule.ts';
import {
  closeRetired,
  finishPiece,
  isInUse,
  laneOf,
  readyLane,
  replaceLane,
} from './lane-state.ts';
import { createPacer } from './pacer.ts';
import { isInDoubt, resumeCommands } from './resume.ts';
import type { Credit } from '../protocol/types.ts';
import type { Chunks, OutflowCommand, OutflowContext, OutflowInput, ReadPiece } from './types.ts';

const EMPTY_PLAN = createPlan({ name: '', entries: [], bytes: 0 });

/** The initial context. Total, since XState makes one without input for every pure step. */
export function initialContext(input: OutflowInput | undefined): OutflowContext {
  const plan = input?.plan ?? EMPTY_PLAN;
  const held = input?.held ?? emptyPieces;
  const leftOut = input?.leftOut ?? emptyPieces;
  return {
    plan,
    files: (input?.files ?? 0) - countFiles(plan, leftOut),
    leftOut,
    highWater: input?.highWater ?? 0,
    lowWater: input?.lowWater ?? 0,
    inFlightStart: input?.inFlightStart ?? Infinity,
    inFlightLimit: undefined,
    readAhead: Math.max(1, input?.readAhead ?? 1),
    packBytes: input?.packBytes ?? 0,
    held,
    heldBytes: bytesOfPieces(plan, held),
    unchecked: held,
    checking: undefined,
    asked: emptyPieces,
    questions: 0,
    again: emptyPieces,
    lost: [],
    retries: [],
    flow: 'running',
    pacer: createPacer(input?.bytesPerSecond),
    lanes: [...new Set(input?.lanes ?? [0])].map(readyLane),
    ahead: [],
    nextOrdinal: 0,
    creditUpTo: 0,
    openedBytes: 0,
    creditedBytes: 0,
    sentBytes: 0,
    failedFiles: failedFilesOf(input),
    failure: undefined,
  };
}

function failedFilesOf(input: OutflowInput | undefined): FailedFiles {
  let failed = noFailedFiles;
  if (input !== undefined)
    for (const file of input.failedFiles ?? []) failed = addFailedFile(failed, input.plan, file);
  return failed;
}

export function recordWindow(context: OutflowContext, credit: number): OutflowContext {
  return { ...context, creditUpTo: credit, packBytes: Math.min(context.packBytes, credit) };
}

export function recordCredit(context: OutflowContext, { upTo, settled }: Credit): OutflowContext {
  return {
    ...context,
    creditUpTo: Math.max(context.creditUpTo, upTo),
    creditedBytes: Math.max(context.creditedBytes, settled),
  };
}

/** A parcel has been read, but for what failed, which is in no parcel any more. */
export function recordRead(context: OutflowContext, { ordinal, pack }: Parcel): OutflowContext {
  const read = pack ?? addPiece(emptyPieces, ordinal);
  const ahead = context.ahead.map((piece) =>
    hasParcel(read, piece) ? { ...piece, state: 'loaded' as const } : piece,
  );
  return { ...context, ahead };
}

export function recordFailedFile(context: OutflowContext, failed: FailedFile): OutflowContext {
  const { plan, failedFiles, checking, unchecked } = context;
  const { first, count } = piecesOfFile(plan, failed.file);
  // The comparison of this file may be cut short: if the file is retried, it is compared once more.
  const cut = {
    first: Math.max(first, checking?.first ?? Infinity),
    end: Math.min(first + count, checking?.end ?? 0),
  };
  return {
    ...context,
    failedFiles: addFailedFile(failedFiles, plan, failed),
    unchecked: addRange(unchecked, cut),
  };
}

/** The channel took a burst. If a full queue cut the piece short, the lane waits until the queue is down again. */
export function recordSent(context: OutflowContext, id: number, buffered: number): OutflowContext {
  const lane = laneOf(context, id);
  const piece = lane?.open;
  if (lane?.state !== 'sending' || piece === undefined) return context;
  const { sent, given } = piece;
  const burst = { ...bareParcel(piece), from: sent, to: given };
  const sentBytes = context.sentBytes + bytesOf(context.plan, burst);
  const taken = {
    ...lane,
    state: 'ready' as const,
    buffered,
    open: { ...piece, sent: given },
  };
  return { ...replaceLane(context, taken), sentBytes };
}

export function recordDrained(
  context: OutflowContext,
  id: number,
  buffered: number,
): OutflowContext {
  const lane = laneOf(context, id);
  return lane?.state === 'draining'
    ? replaceLane(context, { ...lane, state: 'ready', buffered })
    : context;
}

/** Whether the first credit fits every piece of the bundle, so that none waits for ever (K2). */
export function isWindowEnough({ plan }: OutflowContext, credit: number): boolean {
  return credit >= longestPiece(plan);
}

/** Whether a credit settles bytes that have not been opened, which nobody can have written (K2). */
export function isCreditUnearned({ openedBytes }: OutflowContext, { settled }: Credit): boolean {
  return settled > openedBytes;
}

/** Whether a credit is higher than the last one: credit is cumulative, and a repeated or late one does no harm (K2). */
export function isCreditHigher(
  { creditUpTo, creditedBytes }: OutflowContext,
  { upTo, settled }: Credit,
): boolean {
  return upTo > creditUpTo || settled > creditedBytes;
}

/** Whether a file fails that was neither left out nor has failed. */
export function isNewFailure(context: OutflowContext, file: number): boolean {
  return isFileOf(context.plan, file) && !isAbsent(context, file);
}

export function isHopeless({ files, failedFiles }: OutflowContext): boolean {
  return isAllFailed(failedFiles, files);
}

/** Whether the channels have taken all that is to be sent, and no more can turn up. */
export function isAllSent(context: OutflowContext): boolean {
  const { plan, nextOrdinal, ahead, lanes, lost } = context;
  return (
    nextOrdinal >= plan.pieces &&
    !isInDoubt(context) &&
    ahead.length === 0 &&
    lost.length === 0 &&
    lanes.every(({ open }) => open === undefined)
  );
}

export function isAllCredited({ openedBytes, creditedBytes }: OutflowContext): boolean {
  return creditedBytes === openedBytes;
}

/** Releases every piece that is in memory or on its way there, when nothing more is sent. */
export function releaseAll({ ahead, lanes }: OutflowContext): readonly OutflowCommand[] {
  const open = lanes.flatMap((lane) => lane.open ?? []);
  const parcels = new Map([...open, ...ahead].map((one) => [one.ordinal, bareParcel(one)]));
  return [...parcels.values()].map((parcel) => ({ type: 'piece.release', ...parcel }));
}

/** Does all that can be done in this context. Returns the context afterwards, and the commands. */
export function advance(
  context: OutflowContext,
): readonly [OutflowContext, readonly OutflowCommand[]] {
  const commands: OutflowCommand[] = [];
  let next = closeRetired(finishPieces(context, commands), commands);
  next = dropFailedFiles(next, commands);
  next = resumeCommands(next, commands);
  next = loadAhead(next, commands);
  return [fillLanes(next, commands), commands];
}

function finishPieces(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  let next = context;
  for (const lane of context.lanes) {
    const { open } = lane;
    if (open === undefined || open.sent < open.to) continue;
    next = replaceLane(next, finishPiece(next, lane, open));
    // Another part of it may be on another lane.
    if (!isInUse(next, open.ordinal)) commands.push({ type: 'piece.release', ...bareParcel(open) });
  }
  return next;
}

// K5: an open parcel is sent to its end, since the receiver can only credit whole pieces.
function dropFailedFiles(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const { plan, failedFiles } = context;
  if (failedFiles.list.length === 0) return context;
  const ahead = context.ahead.flatMap((piece) => {
    if (piece.lost !== undefined) return [piece];
    const { parcel, without } = withoutFailed(plan, bareParcel(piece), failedFiles);
    for (const ordinal of without) commands.push({ type: 'piece.release', ordinal });
    if (parcel === undefined) return [];
    return [
      { ...parcel, length: lengthOfParcel(plan, parcel), state: piece.state, lost: undefined },
    ];
  });
  return { ...context, ahead };
}

function loadAhead(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const { plan, packBytes } = context;
  const ahead = [...context.ahead];
  const hasPlace = placesFor(context, ahead);
  const load = (parcel: Parcel): void => {
    const length = lengthOfParcel(plan, parcel);
    ahead.push({ ...parcel, length, state: 'loading', lost: undefined });
    commands.push({ type: 'piece.load', ...parcel });
  };
  const lost = loadLost(context, ahead, hasPlace, commands);
  let { again } = context;
  for (
    let first = firstPiece(again);
    first !== undefined && hasPlace();
    first = firstPiece(again)
  ) {
    const nextAgain = (from: number): number => nextPiece(again, from) ?? plan.pieces;
    const parcel = nextParcel(plan, first, nextAgain, packBytes);
    again = rangesOfParcel(parcel).reduce(removeRange, again);
    load(parcel);
  }
  const nextDue = (from: number): number => nextToSend(context, from);
  let nextOrdinal = nextDue(context.nextOrdinal);
  while (nextOrdinal < plan.pieces && hasPlace()) {
    const parcel = nextParcel(plan, nextOrdinal, nextDue, packBytes);
    load(parcel);
    nextOrdinal = nextDue(endOfParcel(parcel));
  }
  return { ...context, ahead, again, lost, nextOrdinal };
}

// Whether one more parcel may be read ahead.
function placesFor(
  { lanes, readAhead }: OutflowContext,
  ahead: readonly ReadPiece[],
): () => boolean {
  const used = lanes.filter(({ use }) => use !== 'closing');
  const open = new Set(used.flatMap((lane) => lane.open?.ordinal ?? []));
  const most = readAhead + Math.max(0, Math.min(used.length, OPEN_PIECES_MAX) - 1);
  return () => ahead.length + open.size < most;
}

// Lost pieces come first, and one of them needs no place: the pieces that have places may be waiting for its credit.
function loadLost(
  context: OutflowContext,
  ahead: ReadPiece[],
  hasPlace: () => boolean,
  commands: OutflowCommand[],
): readonly Chunks[] {
  const waiting = [...context.lost];
  let at = ahead.filter(({ lost }) => lost !== undefined).length;
  for (let lost = waiting[0]; lost !== undefined && (at === 0 || hasPlace()); lost = waiting[0]) {
    waiting.shift();
    const parcel = bareParcel(lost);
    const state = stateInMemory(context, ahead, parcel.ordinal);
    const length = lengthOfParcel(context.plan, parcel);
    ahead.splice(at, 0, { ...parcel, length, state: state ?? 'loading', lost });
    if (state === undefined) commands.push({ type: 'piece.load', ...parcel });
    at += 1;
  }
  return waiting;
}

// Another part of the piece may be on a lane, or waiting for one.
function stateInMemory(
  { lanes }: OutflowContext,
  ahead: readonly ReadPiece[],
  ordinal: number,
): ReadPiece['state'] | undefined {
  if (lanes.some(({ open }) => open?.ordinal === ordinal)) return 'loaded';
  return ahead.find((piece) => piece.ordinal === ordinal)?.state;
}

function nextToSend(context: OutflowContext, from: number): number {
  const { plan, held } = context;
  let ordinal = from;
  while (ordinal < plan.pieces) {
    const { file } = pieceAt(plan, ordinal);
    if (isAbsent(context, file)) {
      const { first, count } = piecesOfFile(plan, file);
      ordinal = first + count;
    } else if (hasPiece(held, ordinal)) ordinal += 1;
    else break;
  }
  return ordinal;
}

function longestPiece(plan: Plan): number {
  let longest = 0;
  for (let file = 0; file < plan.files; file++) longest = Math.max(longest, sizeOf(plan, file));
  return Math.min(longest, PIECE_BYTES);
}
