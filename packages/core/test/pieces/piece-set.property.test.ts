import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPiece,
  addRange,
  countPieces,
  emptyPieces,
  firstPiece,
  hasPiece,
  missingRanges,
  piecesOf,
  rangesOf,
  removePiece,
  removeRange,
  type PieceSet,
} from '../../src/pieces/piece-set.ts';
import type { PieceRange } from '../../src/protocol/types.ts';

// Few ordinals, so that they meet, touch and close gaps.
const MOST = 24;
const anyOrdinal = fc.nat({ max: MOST });
const anyOrdinals = fc.array(anyOrdinal, { maxLength: 40 });
/** Empty and reversed ranges are among them: they contain nothing. */
const anyRange = fc.record({ first: anyOrdinal, end: fc.nat({ max: MOST + 1 }) });
const anyRanges = fc.array(anyRange, { maxLength: 8 });

function ordinalsOf({ first, end }: PieceRange): readonly number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

const listed = (ranges: readonly PieceRange[]): readonly number[] => ranges.flatMap(ordinalsOf);
const sorted = (model: Iterable<number>): readonly number[] => [...model].toSorted((a, b) => a - b);
const setOf = (ordinals: readonly number[]): PieceSet => ordinals.reduce(addPiece, emptyPieces);

/** The set equals a Set, and its ranges are sorted, not empty, and apart. */
function expectHolds(pieces: PieceSet, model: ReadonlySet<number>): void {
  const ranges = rangesOf(pieces);
  expect(listed(ranges)).toEqual(sorted(model));
  for (const [index, { first, end }] of ranges.entries()) {
    expect(first).toBeLessThan(end);
    expect(end).toBeLessThan(ranges[index + 1]?.first ?? Infinity);
  }
  for (let ordinal = 0; ordinal <= MOST + 2; ordinal++)
    expect(hasPiece(pieces, ordinal)).toBe(model.has(ordinal));
  expect([pieces.size, countPieces(pieces)]).toEqual([model.size, model.size]);
  expect(firstPiece(pieces)).toBe(sorted(model)[0]);
}

/** Operations on a set, with the same operation on a Set. */
const changes = fc.oneof(
  anyOrdinal.map((ordinal) => ({
    name: `add ${ordinal}`,
    change: (pieces: PieceSet) => addPiece(pieces, ordinal),
    model: (model: Set<number>) => void model.add(ordinal),
  })),
  anyOrdinal.map((ordinal) => ({
    name: `remove ${ordinal}`,
    change: (pieces: PieceSet) => removePiece(pieces, ordinal),
    model: (model: Set<number>) => void model.delete(ordinal),
  })),
  anyRange.map((range) => ({
    name: `add ${range.first} to ${range.end}`,
    change: (pieces: PieceSet) => addRange(pieces, range),
    model: (model: Set<number>) => ordinalsOf(range).forEach((ordinal) => model.add(ordinal)),
  })),
  anyRange.map((range) => ({
    name: `remove ${range.first} to ${range.end}`,
    change: (pieces: PieceSet) => removeRange(pieces, range),
    model: (model: Set<number>) => ordinalsOf(range).forEach((ordinal) => model.delete(ordinal)),
  })),
);

describe('a piece set', () => {
  it('contains what a Set contains, whatever is added and removed, and is never changed in place', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 30 }), (course) => {
        const model = new Set<number>();
        let pieces = emptyPieces;
        for (const { change, model: changeModel } of course) {
          const before = structuredClone(pieces);
          const next = change(pieces);
          expect(pieces).toEqual(before);
          changeModel(model);
          pieces = next;
          expectHolds(pieces, model);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts within limits', () => {
    fc.assert(
      fc.property(anyOrdinals, fc.nat({ max: 26 }), fc.nat({ max: 26 }), (ordinals, first, end) => {
        const within = [...new Set(ordinals)].filter(
          (ordinal) => ordinal >= first && ordinal < end,
        );
        expect(countPieces(setOf(ordinals), first, end)).toBe(within.length);
      }),
    );
  });

  it('stays the same object where nothing changes', () => {
    fc.assert(
      fc.property(anyOrdinals, anyOrdinal, (ordinals, ordinal) => {
        const pieces = setOf(ordinals);
        const isIn = ordinals.includes(ordinal);
        expect(addPiece(pieces, ordinal) === pieces).toBe(isIn);
        expect(removePiece(pieces, ordinal) === pieces).toBe(!isIn);
        const nothing = { first: ordinal, end: ordinal };
        expect([addRange(pieces, nothing), removeRange(pieces, nothing)]).toEqual([pieces, pieces]);
      }),
    );
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(anyOrdinals, anyRanges, (ordinals, ranges) => {
        expect(setOf(ordinals)).toEqual(setOf([...ordinals].toSorted((a, b) => b - a)));
        expect(piecesOf(ranges)).toEqual(piecesOf(ranges.toReversed()));
      }),
    );
  });

  it('of ranges in any order, with overlaps, contains what they contain, and equals that of its ranges', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const pieces = piecesOf(ranges);
        expectHolds(pieces, new Set(listed(ranges)));
        expect(piecesOf(rangesOf(pieces))).toEqual(pieces);
      }),
    );
  });

  it('lists what it does not contain of a range, as ranges that are apart', () => {
    fc.assert(
      fc.property(anyRanges, anyRange, (ranges, range) => {
        const pieces = piecesOf(ranges);
        const missing = missingRanges(pieces, range);
        const expected = ordinalsOf(range).filter((ordinal) => !hasPiece(pieces, ordinal));
        expectHolds(piecesOf(missing), new Set(expected));
        expect(missing).toEqual(rangesOf(setOf(expected)));
      }),
    );
  });
});
