import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPiece,
  countPieces,
  emptyPieces,
  hasPiece,
  rangesOf,
  type PieceSet,
} from '../src/piece-set.ts';

// Few ordinals, so that they meet, touch and close gaps.
const anyOrdinals = fc.array(fc.nat({ max: 24 }), { maxLength: 40 });

function setOf(ordinals: readonly number[]): PieceSet {
  return ordinals.reduce(addPiece, emptyPieces);
}

describe('a piece set', () => {
  it('holds what a Set holds', () => {
    fc.assert(
      fc.property(anyOrdinals, (ordinals) => {
        const pieces = setOf(ordinals);
        const model = new Set(ordinals);
        for (let ordinal = 0; ordinal <= 26; ordinal++)
          expect(hasPiece(pieces, ordinal)).toBe(model.has(ordinal));
        expect(countPieces(pieces)).toBe(model.size);
        const listed = rangesOf(pieces).flatMap(({ first, end }) =>
          [...Array(end - first).keys()].map((i) => first + i),
        );
        expect(listed).toEqual([...model].toSorted((a, b) => a - b));
      }),
    );
  });

  it('keeps its ranges sorted, filled and apart', () => {
    fc.assert(
      fc.property(anyOrdinals, (ordinals) => {
        const ranges = rangesOf(setOf(ordinals));
        for (const [index, range] of ranges.entries()) {
          expect(range.first).toBeLessThan(range.end);
          const next = ranges[index + 1];
          if (next !== undefined) expect(range.end).toBeLessThan(next.first);
        }
      }),
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

  it('is never changed in place, and stays the same object for an ordinal that it holds', () => {
    fc.assert(
      fc.property(anyOrdinals, fc.nat({ max: 24 }), (ordinals, ordinal) => {
        const pieces = setOf(ordinals);
        const before = structuredClone(pieces);
        const next = addPiece(pieces, ordinal);
        expect(pieces).toEqual(before);
        expect(next === pieces).toBe(ordinals.includes(ordinal));
      }),
    );
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(anyOrdinals, (ordinals) => {
        expect(setOf(ordinals)).toEqual(setOf([...ordinals].toSorted((a, b) => b - a)));
      }),
    );
  });
});
