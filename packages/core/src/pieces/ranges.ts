import { RANGES_MAX } from '../constants.ts';
import type { PieceRange } from '../protocol/types.ts';
import { rangesOf, type PieceSet } from './piece-set.ts';
import { pieceAt, storageOffset, type Plan } from './plan.ts';

/** Splits ranges for messages: at most {@link RANGES_MAX} in each. */
export function pagesOfRanges(ranges: readonly PieceRange[]): readonly (readonly PieceRange[])[] {
  const pages: (readonly PieceRange[])[] = [];
  for (let from = 0; from < ranges.length; from += RANGES_MAX)
    pages.push(ranges.slice(from, from + RANGES_MAX));
  return pages;
}

/** Bytes of pieces. They lie back to back, so a range is as long as from its start to its end. */
export function bytesOfPieces(plan: Plan, pieces: PieceSet): number {
  let bytes = 0;
  for (const { first, end } of rangesOf(pieces)) {
    const last = pieceAt(plan, end - 1);
    bytes += storageOffset(plan, last) + last.length - storageOffset(plan, pieceAt(plan, first));
  }
  return bytes;
}
