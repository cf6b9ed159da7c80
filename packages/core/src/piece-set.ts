/**
 * An immutable set of ordinals, as sorted ranges that neither touch nor overlap: a delivery of any size
 * that runs in order is one range.
 */
export interface PieceSet {
  /** @internal `[first, end)` of each range, one after the other. */
  readonly bounds: readonly number[];
  /** How many ordinals are in the set. */
  readonly size: number;
}

/** The ordinals from `first` up to, and without, `end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}

/** The set without ordinals. */
export const emptyPieces: PieceSet = { bounds: [], size: 0 };

/** The set with one ordinal more; the same object where it is in already. */
export function addPiece(pieces: PieceSet, ordinal: number): PieceSet {
  const { bounds, size } = pieces;
  // An odd place lies inside a range.
  const place = boundsUpTo(bounds, ordinal);
  if (place % 2 === 1) return pieces;
  const touchesBefore = bounds[place - 1] === ordinal;
  const touchesAfter = bounds[place] === ordinal + 1;
  const from = touchesBefore ? place - 1 : place;
  const removed = Number(touchesBefore) + Number(touchesAfter);
  const added = [...(touchesBefore ? [] : [ordinal]), ...(touchesAfter ? [] : [ordinal + 1])];
  return { bounds: bounds.toSpliced(from, removed, ...added), size: size + 1 };
}

/** Whether an ordinal is in the set. */
export function hasPiece(pieces: PieceSet, ordinal: number): boolean {
  return boundsUpTo(pieces.bounds, ordinal) % 2 === 1;
}

/** How many ordinals of the set lie from `first` up to, and without, `end`; without limits, how many there are. */
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

// How many bounds are at or below the ordinal. A range's end belongs to it no more, so that an even
// count means a gap.
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
