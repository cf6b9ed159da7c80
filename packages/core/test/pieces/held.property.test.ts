import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { HELD_LEAVES_MAX, LEAF_BYTES, PIECE_BYTES, RANGES_MAX } from '../../src/constants.ts';
import { countPieces, piecesOf, rangesOf } from '../../src/pieces/piece-set.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { encodeControlMessage, parseControlMessage } from '../../src/protocol/control-messages.ts';
import { heldMessages } from '../../src/pieces/held-messages.ts';
import { createPlan, pieceAt } from '../../src/pieces/plan.ts';
import { bytesOfPieces, pagesOfRanges } from '../../src/pieces/ranges.ts';
import { manifestOf } from '../support/manifest-of.ts';

/** Pieces in runs, some of which need more than one message, and some exactly one. */
const held = fc
  .array(
    fc.record({
      first: fc.nat(5 * HELD_LEAVES_MAX),
      count: fc.oneof(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(HELD_LEAVES_MAX - 1, HELD_LEAVES_MAX, HELD_LEAVES_MAX + 1),
        fc.integer({ min: 1, max: 3 * HELD_LEAVES_MAX }),
      ),
    }),
    { maxLength: 4 },
  )
  .map((runs) => piecesOf(runs.map(({ first, count }) => ({ first, end: first + count }))));

/** A leaf that shows its piece. */
function leafOf(ordinal: number): Uint8Array {
  const leaf = new Uint8Array(LEAF_BYTES);
  new DataView(leaf.buffer).setUint32(LEAF_BYTES - 4, ordinal);
  return leaf;
}

describe('R2: the messages about held pieces', () => {
  it('carry each piece once, in ascending order, with its own leaf', () => {
    fc.assert(
      fc.property(held, (pieces) => {
        const heard: number[] = [];
        for (const message of heldMessages(pieces, leafOf)) {
          const parsed = parseControlMessage(encodeControlMessage(message));
          if (parsed.type !== 'held') return expect.fail(parsed.type);
          for (let at = 0; at < parsed.leaves.length; at += LEAF_BYTES) {
            const ordinal = parsed.first + at / LEAF_BYTES;
            expect(parsed.leaves.slice(at, at + LEAF_BYTES)).toEqual(leafOf(ordinal));
            heard.push(ordinal);
          }
        }
        expect(heard).toEqual(
          rangesOf(pieces).flatMap(({ first, end }) =>
            Array.from({ length: end - first }, (_, index) => first + index),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('are as few as possible', () => {
    fc.assert(
      fc.property(held, (pieces) => {
        const least = rangesOf(pieces).map(({ first, end }) =>
          Math.ceil((end - first) / HELD_LEAVES_MAX),
        );
        expect(heldMessages(pieces, leafOf)).toHaveLength(
          least.reduce((sum, count) => sum + count, 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('are none if nothing is held', () => {
    expect(heldMessages(piecesOf([]), () => expect.fail('no piece has a leaf'))).toEqual([]);
  });
});

describe('R4: ranges', () => {
  it('come in pages that fit a message, all but the last full', () => {
    fc.assert(
      fc.property(fc.nat(3 * RANGES_MAX + 1), (count) => {
        const ranges: readonly PieceRange[] = Array.from({ length: count }, (_, index) => ({
          first: 2 * index,
          end: 2 * index + 1,
        }));
        const pages = pagesOfRanges(ranges);
        expect(pages.flat()).toEqual(ranges);
        expect(pages).toHaveLength(Math.ceil(count / RANGES_MAX));
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(RANGES_MAX);
      }),
      { numRuns: 20 },
    );
  });

  it('are as long as their pieces together', () => {
    const sizes = fc.array(
      fc.oneof(
        fc.constantFrom(0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1),
        fc.nat(5 * PIECE_BYTES),
      ),
      { maxLength: 6 },
    );
    const cases = sizes.chain((files) => {
      const plan = createPlan(manifestOf(files));
      const ordinals = Array.from({ length: plan.pieces }, (_, ordinal) => ordinal);
      return fc.record({ plan: fc.constant(plan), ordinals: fc.subarray(ordinals) });
    });
    fc.assert(
      fc.property(cases, ({ plan, ordinals }) => {
        const pieces = piecesOf(ordinals.map((first) => ({ first, end: first + 1 })));
        const lengths = ordinals.map((ordinal) => pieceAt(plan, ordinal).length);
        expect(bytesOfPieces(plan, pieces)).toBe(lengths.reduce((sum, one) => sum + one, 0));
        expect(countPieces(pieces)).toBe(ordinals.length);
      }),
    );
  });
});
