// Pieces that a receiver has to take once more, and a disk that is full (SPEC.md: R4, K6, K7).

import { countFiles, piecesOfEntries, withoutEntries } from '../pieces/choice.ts';
import { hasFailed, removeFailedFile } from '../pieces/failed-files.ts';
import {
  countPieces,
  hasPiece,
  hasRange,
  missingRanges,
  piecesOf,
  rangesOf,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import type { Parcel } from '../pieces/parcels.ts';
import type { EntryRange, PieceRange } from '../protocol/types.ts';
import { fileOfPiece, piecesOfFile } from '../pieces/plan.ts';
import { bytesOfPieces, pagesOfRanges } from '../pieces/ranges.ts';
import type { InflowCommand, InflowContext } from './types.ts';

/** Whether all of these pieces are stored. */
export function isHeld({ stored }: InflowContext, ranges: readonly PieceRange[]): boolean {
  return ranges.every((range) => missingRanges(stored, range).length === 0);
}

export function hasFailedFile({ failedFiles }: InflowContext, file: number): boolean {
  return hasFailed(failedFiles, file);
}

/** A parcel that didn't fit on the disk waits, like one that is being stored: no credit is returned for it. */
export function recordStuck(context: InflowContext, parcel: Parcel): InflowContext {
  return { ...context, stuck: [...context.stuck, parcel] };
}

export function recordStuckTried(context: InflowContext): InflowContext {
  return { ...context, stuck: [] };
}

/** Treats pieces that differ as if they had never come. */
export function recordForgotten(
  context: InflowContext,
  ranges: readonly PieceRange[],
): InflowContext {
  const stored = ranges.reduce(removeRange, context.stored);
  const lost = ranges.flatMap((range) => missingRanges(stored, range));
  const isMissed = (ordinal: number): boolean =>
    !hasFailed(context.failedFiles, fileOfPiece(context.plan, ordinal));
  return {
    ...context,
    stored,
    storedBytes: bytesOfPieces(context.plan, stored),
    given: lost.reduce(removeRange, context.given),
    discarded: lost.reduce(removeRange, context.discarded),
    missing: context.missing + countIn(lost, context.stored, isMissed),
  };
}

/** A failed file is wanted after all: its pieces that are not stored have to come again. */
export function readmit(
  context: InflowContext,
  file: number,
): readonly [InflowContext, readonly PieceRange[]] {
  const { first, count } = piecesOfFile(context.plan, file);
  const range = { first, end: first + count };
  const lacking = missingRanges(context.stored, range);
  return [
    {
      ...context,
      failedFiles: removeFailedFile(context.failedFiles, file),
      given: lacking.reduce(removeRange, context.given),
      discarded: lacking.reduce(removeRange, context.discarded),
      missing: context.missing + count - countPieces(context.stored, first, first + count),
    },
    lacking,
  ];
}

/** Whether all of these entries were left out. */
export function isLeftOut({ leftOut }: InflowContext, ranges: readonly EntryRange[]): boolean {
  return ranges.every((range) => hasRange(leftOut, range));
}

/** E5: entries that were left out are wanted after all. Nothing of them is here. */
export function takeIn(
  context: InflowContext,
  ranges: readonly EntryRange[],
): readonly [InflowContext, readonly PieceRange[]] {
  const { plan, leftOut, files, missing } = context;
  const taken = piecesOf(ranges);
  const lacking = piecesOf(piecesOfEntries(plan, taken));
  return [
    {
      ...context,
      leftOut: withoutEntries(leftOut, ranges),
      files: files + countFiles(plan, taken),
      missing: missing + countPieces(lacking),
    },
    rangesOf(lacking),
  ];
}

/** One answer, in as many messages as it needs. */
export function answersOf(ranges: readonly PieceRange[]): readonly InflowCommand[] {
  const pages = pagesOfRanges(ranges);
  if (pages.length === 0) return [{ type: 'missing.send', ranges: [], more: false }];
  return pages.map((page, index) => ({
    type: 'missing.send',
    ranges: page,
    more: index < pages.length - 1,
  }));
}

function countIn(
  ranges: readonly PieceRange[],
  pieces: PieceSet,
  counts: (ordinal: number) => boolean,
): number {
  let count = 0;
  for (const { first, end } of ranges)
    for (let ordinal = first; ordinal < end; ordinal++)
      if (hasPiece(pieces, ordinal) && counts(ordinal)) count += 1;
  return count;
}
