import type { PieceRange } from '../protocol/types.ts';

/**
 * An immutable set of ordinals, kept as sorted ranges that neither touch nor overlap: a delivery that runs in order is
 * one range, whatever its size.
 */
export interface PieceSet {
  /** @internal `[first, end)` of each range, one after the other. */
  readonly bounds: readonly number[];
  /** How many ordinals are in the set. */
  readonly size: number;
}

/** The set without ordinals. */
export const emptyPieces: PieceSet = { bounds: [], size: 0 };

/** The set with one more ordinal; the same object if it is there already. */
export function addPiece(pieces: PieceSet, ordinal: number): PieceSet {
  const { bounds, size } = pieces;
  // An odd index lies inside a range.
  const place = boundsUpTo(bounds, ordinal);
  if (place % 2 === 1) return pieces;
  const touchesBefore = bounds[place - 1] === ordinal;
  const touchesAfter = bounds[place] === ordinal + 1;
  const from = touchesBefore ? place - 1 : place;
  const removed = Number(touchesBefore) + Number(touchesAfter);
  const added = [...(touchesBefore ? [] : [ordinal]), ...(touchesAfter ? [] : [ordinal + 1])];
  return { bounds: bounds.toSpliced(from, removed, ...added), size: size + 1 };
}

/** The set with all ordinals of a range, from `first` up to, but not including, `end`. */
export function addRange(pieces: PieceSet, { first, end }: PieceRange): PieceSet {
  if (first >= end) return pieces;
  const { bounds } = pieces;
  // Ranges that touch this one on either side become one with it.
  const from = boundsBelow(bounds, first);
  const to = boundsUpTo(bounds, end);
  const start = from % 2 === 1 ? (bounds[from - 1] ?? first) : first;
  const stop = to % 2 === 1 ? (bounds[to] ?? end) : end;
  const keptFrom = from - (from % 2);
  const keptTo = to + (to % 2);
  return sized(bounds.toSpliced(keptFrom, keptTo - keptFrom, start, stop));
}

/** The set without the ordinals of a range. */
export function removeRange(pieces: PieceSet, { first, end }: PieceRange): PieceSet {
  if (first >= end) return pieces;
  const { bounds } = pieces;
  const from = boundsBelow(bounds, first);
  const to = boundsUpTo(bounds, end);
  const left = from % 2 === 1 ? [first] : [];
  const right = to % 2 === 1 ? [end] : [];
  return sized(bounds.toSpliced(from, to - from, ...left, ...right));
}

/** The set without one ordinal; the same object if it is not there. */
export function removePiece(pieces: PieceSet, ordinal: number): PieceSet {
  return hasPiece(pieces, ordinal)
    ? removeRange(pieces, { first: ordinal, end: ordinal + 1 })
    : pieces;
}

/** The lowest ordinal of the set, or undefined. */
export function firstPiece({ bounds }: PieceSet): number | undefined {
  return bounds[0];
}

/** The lowest ordinal of the set from one on, or undefined. */
export function nextPiece({ bounds }: PieceSet, from: number): number | undefined {
  const place = boundsUpTo(bounds, from);
  return place % 2 === 1 ? from : bounds[place];
}

/** The set of ranges, which may touch, overlap or come in any order. */
export function piecesOf(ranges: Iterable<PieceRange>): PieceSet {
  let pieces = emptyPieces;
  for (const range of ranges) pieces = addRange(pieces, range);
  return pieces;
}

/** The ordinals of a range that are not in the set, as ranges. */
export function missingRanges(pieces: PieceSet, range: PieceRange): readonly PieceRange[] {
  let missing = addRange(emptyPieces, range);
  for (const held of rangesOf(pieces)) missing = removeRange(missing, held);
  return rangesOf(missing);
}

/** Whether an ordinal is in the set. */
export function hasPiece(pieces: PieceSet, ordinal: number): boolean {
  return boundsUpTo(pieces.bounds, ordinal) % 2 === 1;
}

/** Whether all ordinals of a range are in the set. */
export function hasRange({ bounds }: PieceSet, { first, end }: PieceRange): boolean {
  if (first >= end) return true;
  const place = boundsUpTo(bounds, first);
  return place % 2 === 1 && (bounds[place] ?? 0) >= end;
}

/** How many ordinals of the set lie from `first` up to, but not including, `end`; all of them without limits. */
export function countPieces(pieces: PieceSet, first = 0, end = Infinity): number {
  if (first === 0 && end === Infinity) return pieces.size;
  return countBelow(pieces, end) - countBelow(pieces, Math.min(first, end));
}

/** The set's ranges in ascending order, with a gap between each two. */
export function rangesOf({ bounds }: PieceSet): readonly PieceRange[] {
  const ranges: PieceRange[] = [];
  for (let place = 0; place + 1 < bounds.length; place += 2) {
    ranges.push({ first: bounds[place] ?? 0, end: bounds[place + 1] ?? 0 });
  }
  return ranges;
}

function countBelow({ bounds }: PieceSet, end: number): number {
  let count = 0;
  for (let place = 0; place + 1 < bounds.length; place += 2) {
    const first = bounds[place] ?? 0;
    if (first >= end) break;
    count += Math.min(bounds[place + 1] ?? 0, end) - first;
  }
  return count;
}

function sized(bounds: readonly number[]): PieceSet {
  let size = 0;
  for (let place = 0; place + 1 < bounds.length; place += 2)
    size += (bounds[place + 1] ?? 0) - (bounds[place] ?? 0);
  return { bounds, size };
}

// How many bounds are below the ordinal. An odd count means inside a range, or at its end.
function boundsBelow(bounds: readonly number[], ordinal: number): number {
  return boundsUpTo(bounds, ordinal - 1);
}

// How many bounds are at or below the ordinal. A range doesn't include its end, so an even count means a gap.
function boundsUpTo(bounds: readonly number[], ordinal: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) <= ordinal) low = middle + 1;
    else high = middle;
  }
  return low;
}
