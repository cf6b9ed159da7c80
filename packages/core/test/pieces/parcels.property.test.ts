import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CHUNK_BYTES, PACK_SPAN, PIECE_BYTES } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import { addFailedFile, noFailedFiles } from '../../src/pieces/failed-files.ts';
import {
  bitmapOf,
  endOfParcel,
  hasFileOf,
  hasParcel,
  isInParcel,
  lengthOfParcel,
  nextParcel,
  packOf,
  parcelOf,
  piecesInParcel,
  withoutFailed,
  type Parcel,
} from '../../src/pieces/parcels.ts';
import { addPiece, emptyPieces, hasPiece, piecesOf } from '../../src/pieces/piece-set.ts';
import { createPlan, pieceAt, piecesOfFile, type Plan } from '../../src/pieces/plan.ts';
import { attempt, refusalOf } from '../support/attempt.ts';
import { manifestOf } from '../support/manifest-of.ts';

/** Mostly small files, of which some hundred make a pack. */
const sizes = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
    { weight: 3, arbitrary: fc.constantFrom(0, 'folder' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(CHUNK_BYTES, PIECE_BYTES / 2, PIECE_BYTES - 1, PIECE_BYTES),
    },
    { weight: 1, arbitrary: fc.constantFrom(PIECE_BYTES + 1, 3 * PIECE_BYTES) },
  ),
  { minLength: 1, maxLength: 200 },
);
const plans = sizes.map((list) => createPlan(manifestOf(list))).filter(({ pieces }) => pieces > 0);
const lengths = fc.constantFrom(0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES, PIECE_BYTES);

/** All parcels that a sender makes who sends these pieces in order. */
function parcelsOf(plan: Plan, bytes: number, isDue: (ordinal: number) => boolean) {
  const next = (from: number): number => {
    let ordinal = from;
    while (ordinal < plan.pieces && !isDue(ordinal)) ordinal += 1;
    return ordinal;
  };
  const parcels: Parcel[] = [];
  for (let at = next(0); at < plan.pieces; at = next(endOfParcel(parcels.at(-1)!)))
    parcels.push(nextParcel(plan, at, next, bytes));
  return parcels;
}

describe('parcels', () => {
  it('F7 hold every piece that is due once, in order, and no pack is against the rules', () => {
    fc.assert(
      fc.property(plans, lengths, fc.array(fc.nat(200)), (plan, bytes, left) => {
        const isDue = (ordinal: number): boolean => !left.includes(ordinal);
        const parcels = parcelsOf(plan, bytes, isDue);
        const sent = parcels.flatMap((parcel) =>
          piecesInParcel(plan, parcel).map(({ ordinal }) => ordinal),
        );
        const due = Array.from({ length: plan.pieces }, (_, ordinal) => ordinal).filter(isDue);
        expect(sent).toEqual(due);
        for (const parcel of parcels) {
          const pieces = piecesInParcel(plan, parcel);
          const [first, last] = [pieces[0]!, pieces.at(-1)!];
          const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
          expect(lengthOfParcel(plan, parcel)).toBe(length);
          if (parcel.pack === undefined) continue;
          expect(pieces.length).toBeGreaterThan(1);
          expect(length).toBeLessThanOrEqual(bytes);
          expect(last.file - first.file).toBeLessThanOrEqual(PACK_SPAN);
          for (const { file } of pieces) expect(piecesOfFile(plan, file).count).toBe(1);
        }
      }),
    );
  });

  it('F7 two that follow each other could not be one pack', () => {
    fc.assert(
      fc.property(plans, lengths, (plan, bytes) => {
        const parcels = parcelsOf(plan, bytes, () => true);
        for (const [index, parcel] of parcels.slice(1).entries()) {
          const before = parcels[index]!;
          const first = pieceAt(plan, parcel.ordinal);
          const canJoin = [before.ordinal, parcel.ordinal].every(
            (ordinal) => piecesOfFile(plan, pieceAt(plan, ordinal).file).count === 1,
          );
          if (canJoin) expect(lengthOfParcel(plan, before) + first.length).toBeGreaterThan(bytes);
        }
      }),
    );
  });

  it('F7 a later entry changes no parcel but the last one', () => {
    fc.assert(
      fc.property(sizes, sizes, lengths, (list, more, bytes) => {
        const parcels = (all: typeof list) =>
          parcelsOf(createPlan(manifestOf(all)), bytes, () => true);
        const before = parcels(list).slice(0, -1);
        expect(parcels([...list, ...more]).slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('F7 a pack reaches over folders, and over PACK_SPAN entries at most', () => {
    const list = Array.from({ length: PACK_SPAN + 2 }, (_, file) =>
      file === 0 || file >= PACK_SPAN ? 1 : ('folder' as const),
    );
    const plan = createPlan(manifestOf(list));
    const [pack, rest] = parcelsOf(plan, PIECE_BYTES, () => true);
    expect([pack, rest]).toEqual([parcelOf(piecesOf([{ first: 0, end: 2 }])), { ordinal: 2 }]);
    expect(bitmapOf(plan, pack!.pack!)).toEqual(new Uint8Array(128).with(127, 1));
  });

  it('F7 a pack is read from its first file and its bitmap as it was written', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(plans, fc.array(fc.nat(200)), (plan, left) => {
        for (const parcel of parcelsOf(plan, PIECE_BYTES, (one) => !left.includes(one))) {
          const { pack, ordinal } = parcel;
          seen.add(pack !== undefined);
          if (pack === undefined) continue;
          const bitmap = bitmapOf(plan, pack);
          expect(bitmap.at(-1)).not.toBe(0);
          expect(packOf(plan, { file: pieceAt(plan, ordinal).file, bitmap })).toEqual(parcel);
        }
      }),
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it('F7 any bitmap is a pack of whole files, a piece long at most, or refused', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        plans,
        fc.nat(210),
        fc
          .array(fc.constantFrom(0, 1, 0x10, 0x80, 0xff), { minLength: 1, maxLength: 3 })
          .map((bytes) => Uint8Array.from(bytes)),
        (plan, file, bitmap) => {
          const parcel = attempt(() => packOf(plan, { file, bitmap }));
          seen.add(parcel instanceof RemoteProtocolError);
          if (parcel instanceof RemoteProtocolError) {
            expect(parcel.code).toBe('violation');
            return;
          }
          expect(lengthOfParcel(plan, parcel)).toBeLessThanOrEqual(PIECE_BYTES);
          for (const piece of piecesInParcel(plan, parcel))
            expect(piecesOfFile(plan, piece.file).count).toBe(1);
        },
      ),
      { numRuns: 500 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it.each([
    ['a file that is not in the manifest', 7, [0x80]],
    ['a file behind the manifest', 0, [0x80, 0, 0x80]],
    ['a folder', 0, [0x40]],
    ['an empty file', 0, [0x20]],
    ['a file of several pieces', 0, [0x10]],
    ['more than a piece', 0, [0x88]],
  ])('F7 refuses a pack with %s', (_what, file, bytes) => {
    const plan = createPlan(manifestOf([5, 6, 'folder', 0, PIECE_BYTES + 1, PIECE_BYTES - 4]));
    expect(refusalOf(() => packOf(plan, { file, bitmap: Uint8Array.of(...bytes) }))).toBe(
      'violation',
    );
  });

  it('K5 what failed is left out of a parcel, and nothing else', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(210)), lengths, (plan, files, bytes) => {
        const failed = files.reduce(
          (list, file) => addFailedFile(list, plan, { file, code: 'skipped' }),
          noFailedFiles,
        );
        for (const parcel of parcelsOf(plan, bytes, () => true)) {
          const pieces = piecesInParcel(plan, parcel);
          const isFailed = ({ file }: { readonly file: number }) => files.includes(file);
          const result = withoutFailed(plan, parcel, failed);
          expect(result.without).toEqual(pieces.filter(isFailed).map(({ ordinal }) => ordinal));
          const left = pieces.filter((piece) => !isFailed(piece));
          expect(result.parcel).toEqual(
            parcelOf(left.reduce((set, { ordinal }) => addPiece(set, ordinal), emptyPieces)),
          );
        }
      }),
    );
  });

  it('F7 a parcel knows its pieces and its files', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(200)), fc.nat(210), (plan, held, some) => {
        const set = held.reduce(addPiece, emptyPieces);
        for (const parcel of parcelsOf(plan, PIECE_BYTES, () => true)) {
          const pieces = piecesInParcel(plan, parcel);
          expect(isInParcel(parcel, some)).toBe(pieces.some(({ ordinal }) => ordinal === some));
          expect(hasFileOf(plan, parcel, some)).toBe(pieces.some(({ file }) => file === some));
          expect(hasParcel(set, parcel)).toBe(
            pieces.every(({ ordinal }) => hasPiece(set, ordinal)),
          );
        }
      }),
    );
  });
});
