import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PIECE_BYTES, TEXT_BYTES_MAX } from '../../src/constants.ts';
import {
  createPlan,
  fileOfPiece,
  ordinalAt,
  pieceAt,
  piecesOfFile,
  sizeOf,
  storageOffset,
} from '../../src/pieces/plan.ts';
import type { Manifest, ManifestEntry, Piece } from '../../src/protocol/types.ts';
import { fileSizes, textSizes } from '../../src/testing/manifest-arbitraries.ts';
import { misuseOf, refusalOf } from '../support/attempt.ts';

/** A size, or null for a folder. Every second entry is a text, if it is small enough. */
const sizes = fc.array(fc.option(fc.oneof(fileSizes, textSizes)), { maxLength: 8 });

function manifestOf(list: readonly (number | null)[]): Manifest {
  const entries = list.map((size, index): ManifestEntry => {
    const path = `entry ${index}`;
    if (size === null) return { kind: 'folder', path };
    return size <= TEXT_BYTES_MAX && index % 2 === 1
      ? { kind: 'text', path: `${path}.txt`, size }
      : { kind: 'file', path, size, modified: null, mediaType: '' };
  });
  return { name: 'test', entries, bytes: list.reduce<number>((sum, size) => sum + (size ?? 0), 0) };
}

// Rule F3 taken literally: file by file, a piece at a time.
function walk(list: readonly (number | null)[]): readonly (Piece & { readonly start: number })[] {
  const pieces: (Piece & { readonly start: number })[] = [];
  let start = 0;
  for (const [file, size] of list.entries()) {
    for (let offset = 0; offset < (size ?? 0); offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, (size ?? 0) - offset);
      pieces.push({
        ordinal: pieces.length,
        file,
        index: offset / PIECE_BYTES,
        offset,
        length,
        start,
      });
      start += length;
    }
  }
  return pieces;
}

describe('a plan', () => {
  it('F3 numbers the pieces through the bundle, and finds each again', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const plan = createPlan(manifestOf(list));
        const walked = walk(list);
        expect([plan.files, plan.pieces]).toEqual([list.length, walked.length]);
        // Of the thousands of pieces in 4 GiB, those beside an edge and some between.
        const some = walked.filter(
          ({ ordinal, index, length }) => index < 3 || length < PIECE_BYTES || ordinal % 512 === 0,
        );
        for (const { start, ...piece } of some) {
          expect(pieceAt(plan, piece.ordinal)).toEqual(piece);
          expect(fileOfPiece(plan, piece.ordinal)).toBe(piece.file);
          expect(storageOffset(plan, piece)).toBe(start);
          const { file, offset, length, ordinal } = piece;
          expect(ordinalAt(plan, file, offset)).toBe(ordinal);
          expect(ordinalAt(plan, file, offset + length - 1)).toBe(ordinal);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('F3 knows the pieces and the size of each entry', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const plan = createPlan(manifestOf(list));
        const walked = walk(list);
        for (const [file, size] of list.entries()) {
          const own = walked.filter((piece) => piece.file === file);
          const { first, count } = piecesOfFile(plan, file);
          expect([count, sizeOf(plan, file)]).toEqual([own.length, size ?? 0]);
          expect(own[0]?.ordinal ?? first).toBe(first);
        }
        expect(plan.bytes).toBe(list.reduce<number>((sum, size) => sum + (size ?? 0), 0));
      }),
      { numRuns: 50 },
    );
  });

  it('F4 refuses what the manifest does not have', () => {
    const plan = createPlan(manifestOf([PIECE_BYTES + 1, null, 0, 5]));
    const wrong: readonly (readonly [file: number, offset: number])[] = [
      ...([
        [-1, 0],
        [4, 0],
        [0.5, 0],
        [Number.NaN, 0],
        [0, -1],
        [0, 0.5],
      ] as const),
      ...([
        [0, PIECE_BYTES + 1],
        [1, 0],
        [2, 0],
        [3, 5],
        [3, Number.MAX_SAFE_INTEGER],
      ] as const),
    ];
    for (const [file, offset] of wrong) {
      expect(refusalOf(() => ordinalAt(plan, file, offset))).toBe('violation');
    }
    expect([ordinalAt(plan, 0, PIECE_BYTES), ordinalAt(plan, 3, 4)]).toEqual([1, 2]);
  });

  it('F3 asking for a piece or an entry that is not there is misuse', () => {
    const plan = createPlan(manifestOf([5, null]));
    for (const ordinal of [-1, 1, 0.5, Number.NaN]) {
      expect(misuseOf(() => pieceAt(plan, ordinal))).toBe('argument');
    }
    for (const file of [-1, 2, 0.5]) {
      expect(misuseOf(() => piecesOfFile(plan, file))).toBe('argument');
      expect(misuseOf(() => sizeOf(plan, file))).toBe('argument');
      expect(misuseOf(() => storageOffset(plan, { file, offset: 0 }))).toBe('argument');
    }
    expect(misuseOf(() => pieceAt(createPlan(manifestOf([])), 0))).toBe('argument');
  });

  it('F3 takes 50,000 entries and bundles of petabytes', () => {
    const size = 2 ** 37 + 1;
    const plan = createPlan(manifestOf(Array.from({ length: 50_000 }, () => size)));
    const each = 2 ** 17 + 1;
    expect([plan.pieces, plan.bytes]).toEqual([50_000 * each, 50_000 * size]);
    const last = pieceAt(plan, plan.pieces - 1);
    expect(last).toEqual({
      ordinal: 50_000 * each - 1,
      file: 49_999,
      index: each - 1,
      offset: 2 ** 37,
      length: 1,
    });
    expect(storageOffset(plan, last)).toBe(50_000 * size - 1);
  });
});
