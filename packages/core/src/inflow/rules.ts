import { toBase64Url } from '../bytes.ts';
import {
  addFailedFile,
  isAllFailed,
  isFileOf,
  noFailedFiles,
  type FailedFile,
} from '../pieces/failed-files.ts';
import { countFiles, isAbsent, piecesOfEntries } from '../pieces/choice.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import {
  lengthOfParcel,
  parcelOf,
  rangesOfParcel,
  withoutFailed,
  type Parcel,
} from '../pieces/parcels.ts';
import {
  addPiece,
  addRange,
  countPieces,
  emptyPieces,
  hasPiece,
  piecesOf,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import { createPlan, fileOfPiece, piecesOfFile } from '../pieces/plan.ts';
import { bytesOfPieces } from '../pieces/ranges.ts';
import type { Credit } from '../protocol/types.ts';
import type { InflowCommand, InflowContext, InflowInput } from './types.ts';

const EMPTY_PLAN = createPlan({ name: '', entries: [], bytes: 0 });

/** The initial context. Total, since XState makes one without input for every pure step. */
export function initialContext(input: InflowInput | undefined): InflowContext {
  const plan = input?.plan ?? EMPTY_PLAN;
  const stored = input?.held ?? emptyPieces;
  const window = input?.window ?? 0;
  const leftOut = input?.leftOut ?? emptyPieces;
  return {
    plan,
    files: (input?.files ?? 0) - countFiles(plan, leftOut),
    leftOut,
    windowStart: window,
    window,
    roundTrip: undefined,
    batch: input?.batch ?? 0,
    given: emptyPieces,
    storing: 0,
    stuck: [],
    stored,
    storedBytes: bytesOfPieces(plan, stored),
    discarded: emptyPieces,
    settledBytes: 0,
    grantedUpTo: window,
    reportedBytes: 0,
    missing:
      plan.pieces - countPieces(stored) - countPieces(piecesOf(piecesOfEntries(plan, leftOut))),
    failedFiles: noFailedFiles,
    sentDigest: undefined,
    digest: undefined,
    failure: undefined,
  };
}

/** Whether a parcel has pieces that have to be credited without being kept (K5), and haven't been yet. */
export function isUnwanted(context: InflowContext, parcel: Parcel): boolean {
  return sortParcel(context, parcel).unwanted !== undefined;
}

/** A parcel has come: what is wanted of it is stored, and the rest is credited at once. */
export function takeParcel(
  context: InflowContext,
  parcel: Parcel,
): readonly [InflowContext, readonly InflowCommand[]] {
  const { wanted, unwanted } = sortParcel(context, parcel);
  const next = unwanted === undefined ? context : recordDiscarded(context, unwanted);
  if (wanted !== undefined)
    return [recordStoring(next, wanted), [{ type: 'piece.store', ...wanted }]];
  return [next, unwanted === undefined ? [] : [{ type: 'piece.discard', ...unwanted }]];
}

// Wanted is what is neither stored nor in flight, of files that did not fail (I3).
function sortParcel(
  context: InflowContext,
  parcel: Parcel,
): { readonly wanted: Parcel | undefined; readonly unwanted: Parcel | undefined } {
  const unsettled = unsettledOf(context, parcel);
  if (unsettled === undefined) return { wanted: undefined, unwanted: undefined };
  const { parcel: wanted, without } = withoutFailed(context.plan, unsettled, context.failedFiles);
  return { wanted, unwanted: parcelOf(without.reduce(addPiece, emptyPieces)) };
}

export function isStoring(context: InflowContext, { ordinal }: Parcel): boolean {
  const { given, stored, discarded } = context;
  return hasPiece(given, ordinal) && !hasPiece(stored, ordinal) && !hasPiece(discarded, ordinal);
}

export function isFileKnown({ plan }: InflowContext, file: number): boolean {
  return isFileOf(plan, file);
}

/** Whether a file fails that was neither left out nor has failed. */
export function isNewFailure(context: InflowContext, file: number): boolean {
  return !isAbsent(context, file);
}

export function isHopeless({ files, failedFiles }: InflowContext): boolean {
  return isAllFailed(failedFiles, files);
}

export function isAllStored({ missing }: InflowContext): boolean {
  return missing === 0;
}

export function isSameDigest({ sentDigest }: InflowContext, digest: BundleDigest): boolean {
  return sentDigest === toBase64Url(digest.all);
}

function recordStoring(context: InflowContext, parcel: Parcel): InflowContext {
  return { ...context, given: addParcel(context.given, parcel), storing: context.storing + 1 };
}

/** A parcel is stored for good. Of its pieces whose files have not failed meanwhile, none is missing any more (I3). */
export function recordStored(context: InflowContext, parcel: Parcel): InflowContext {
  const { plan, failedFiles } = context;
  const { parcel: wanted, without } = withoutFailed(plan, parcel, failedFiles);
  const next = without.reduce((before, ordinal) => recordDiscarded(before, { ordinal }), {
    ...context,
    storing: context.storing - 1,
  });
  if (wanted === undefined) return next;
  const length = lengthOfParcel(plan, wanted);
  return {
    ...next,
    stored: addParcel(next.stored, wanted),
    storedBytes: next.storedBytes + length,
    settledBytes: next.settledBytes + length,
    missing: next.missing - (wanted.pack?.size ?? 1),
  };
}

export function recordDiscarded(context: InflowContext, parcel: Parcel): InflowContext {
  return {
    ...context,
    discarded: addParcel(context.discarded, parcel),
    settledBytes: context.settledBytes + lengthOfParcel(context.plan, parcel),
  };
}

export function recordFailedFile(context: InflowContext, failed: FailedFile): InflowContext {
  const { plan, stored, missing } = context;
  const { first, count } = piecesOfFile(plan, failed.file);
  return {
    ...context,
    failedFiles: addFailedFile(context.failedFiles, plan, failed),
    missing: missing - (count - countPieces(stored, first, first + count)),
  };
}

/** Whether it is time to send credit: a whole batch, or all there is at a pause (K4). */
export function isCreditDue({
  window,
  batch,
  storing,
  settledBytes,
  reportedBytes,
  grantedUpTo,
}: InflowContext): boolean {
  const due = Math.max(settledBytes - reportedBytes, window + settledBytes - grantedUpTo);
  return due > 0 && (due >= batch || storing === 0);
}

/** The credit in total (K2). It never goes down, even if the window has shrunk. */
export function creditOf({ window, settledBytes, grantedUpTo }: InflowContext): Credit {
  return { upTo: Math.max(grantedUpTo, window + settledBytes), settled: settledBytes };
}

// The pieces of a parcel that are in the plan and neither stored, nor given out, nor discarded, nor left out.
function unsettledOf(context: InflowContext, { ordinal, pack }: Parcel): Parcel | undefined {
  const { plan, given, stored, discarded, leftOut } = context;
  const isSettled = (piece: number): boolean =>
    [given, stored, discarded].some((pieces) => hasPiece(pieces, piece)) ||
    hasPiece(leftOut, fileOfPiece(plan, piece));
  if (pack === undefined) {
    const isPiece = Number.isInteger(ordinal) && ordinal >= 0 && ordinal < plan.pieces;
    return isPiece && !isSettled(ordinal) ? { ordinal } : undefined;
  }
  let left = pack;
  for (const { first, end } of rangesOfParcel({ ordinal, pack }))
    for (let piece = first; piece < end; piece++)
      if (isSettled(piece)) left = removeRange(left, { first: piece, end: piece + 1 });
  return parcelOf(left);
}

function addParcel(pieces: PieceSet, parcel: Parcel): PieceSet {
  return rangesOfParcel(parcel).reduce(addRange, pieces);
}
