import { toBase64Url } from '../bytes.ts';
import {
  addFailedFile,
  hasFailed,
  isAllFailed,
  isFileOf,
  noFailedFiles,
  type FailedFile,
} from '../pieces/failed-files.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import { addPiece, countPieces, emptyPieces, hasPiece } from '../pieces/piece-set.ts';
import { createPlan, pieceAt, piecesOfFile } from '../pieces/plan.ts';
import { bytesOfPieces } from '../pieces/ranges.ts';
import type { Credit } from '../protocol/types.ts';
import type { InflowContext, InflowInput } from './types.ts';

const EMPTY_PLAN = createPlan({ name: '', entries: [], bytes: 0 });

/** The initial context. Total, since XState makes one without input for every pure step. */
export function initialContext(input: InflowInput | undefined): InflowContext {
  const plan = input?.plan ?? EMPTY_PLAN;
  const stored = input?.held ?? emptyPieces;
  const window = input?.window ?? 0;
  return {
    plan,
    files: input?.files ?? 0,
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
    missing: plan.pieces - countPieces(stored),
    failedFiles: noFailedFiles,
    sentDigest: undefined,
    digest: undefined,
    failure: undefined,
  };
}

/** Whether a piece is to be stored: of a file that did not fail, and neither stored nor in flight (I3). */
export function isWanted(context: InflowContext, ordinal: number): boolean {
  return isUnsettled(context, ordinal) && !isOfFailedFile(context, ordinal);
}

/** Whether a piece has to be credited without being kept (K5), and hasn't been yet. */
export function isUnwanted(context: InflowContext, ordinal: number): boolean {
  return isUnsettled(context, ordinal) && isOfFailedFile(context, ordinal);
}

export function isStoring(context: InflowContext, ordinal: number): boolean {
  const { given, stored, discarded } = context;
  return hasPiece(given, ordinal) && !hasPiece(stored, ordinal) && !hasPiece(discarded, ordinal);
}

export function isFileKnown({ plan }: InflowContext, file: number): boolean {
  return isFileOf(plan, file);
}

export function isNewFailure({ failedFiles }: InflowContext, file: number): boolean {
  return !hasFailed(failedFiles, file);
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

export function recordStoring(context: InflowContext, ordinal: number): InflowContext {
  return { ...context, given: addPiece(context.given, ordinal), storing: context.storing + 1 };
}

/** A piece is stored for good. Unless its file has failed meanwhile, one less is missing (I3). */
export function recordStored(context: InflowContext, ordinal: number): InflowContext {
  const storing = context.storing - 1;
  if (isOfFailedFile(context, ordinal)) return recordDiscarded({ ...context, storing }, ordinal);
  const { length } = pieceAt(context.plan, ordinal);
  return {
    ...context,
    storing,
    stored: addPiece(context.stored, ordinal),
    storedBytes: context.storedBytes + length,
    settledBytes: context.settledBytes + length,
    missing: context.missing - 1,
  };
}

export function recordDiscarded(context: InflowContext, ordinal: number): InflowContext {
  const { length } = pieceAt(context.plan, ordinal);
  return {
    ...context,
    discarded: addPiece(context.discarded, ordinal),
    settledBytes: context.settledBytes + length,
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

function isUnsettled(context: InflowContext, ordinal: number): boolean {
  const { plan, given, stored, discarded } = context;
  const isPiece = Number.isInteger(ordinal) && ordinal >= 0 && ordinal < plan.pieces;
  return isPiece && ![given, stored, discarded].some((pieces) => hasPiece(pieces, ordinal));
}

function isOfFailedFile({ plan, failedFiles }: InflowContext, ordinal: number): boolean {
  return hasFailed(failedFiles, pieceAt(plan, ordinal).file);
}
