import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import { createAssembler, type Assembled, type Assembler } from '../../src/inflow/index.ts';
import {
  bitmapOf,
  lengthOfParcel,
  parcelOf,
  piecesInParcel,
  type Parcel,
} from '../../src/pieces/parcels.ts';
import { addPiece, emptyPieces, piecesOf } from '../../src/pieces/piece-set.ts';
import { createPlan, pieceAt } from '../../src/pieces/plan.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { manifestOf } from '../support/manifest-of.ts';

// Twelve small files, a folder and an empty one between them, and a file of two pieces.
const SIZES = [
  5,
  CHUNK_BYTES,
  'folder',
  40_000,
  1,
  0,
  70_000,
  9,
  PIECE_BYTES + 3,
  3,
  CHUNK_BYTES + 1,
  2,
  1,
  1,
  7,
] as const;
const PLAN = createPlan(manifestOf(SIZES));
const SMALL = Array.from({ length: PLAN.pieces }, (_, ordinal) => ordinal).filter(
  (ordinal) => ordinal !== 6 && ordinal !== 7,
);

const packed = (ordinals: readonly number[]): Parcel => {
  const parcel = parcelOf(ordinals.reduce(addPiece, emptyPieces));
  ok(parcel !== undefined);
  return parcel;
};

/** Each small piece in one of some packs, or alone. */
const packings = fc.tuple(...SMALL.map(() => fc.nat(3))).map((picks) =>
  [0, 1, 2, 3].flatMap((pick) => {
    const ordinals = SMALL.filter((_, index) => picks[index] === pick);
    return ordinals.length === 0 ? [] : [packed(ordinals)];
  }),
);

function frameOf(parcel: Parcel, chunk: number, fill: number): Uint8Array {
  const start = chunk * CHUNK_BYTES;
  const length = Math.min(CHUNK_BYTES, lengthOfParcel(PLAN, parcel) - start);
  const bitmap = parcel.pack && bitmapOf(PLAN, parcel.pack);
  const { file } = pieceAt(PLAN, parcel.ordinal);
  return encodeFrame(file, start, new Uint8Array(length).fill(fill), undefined, bitmap);
}

const chunksOf = (parcel: Parcel): number => Math.ceil(lengthOfParcel(PLAN, parcel) / CHUNK_BYTES);

/** Pushes a message. Returns undefined if it was refused, having checked that nothing changed. */
function pushOrRefuse(assembler: Assembler, message: Uint8Array): Assembled | undefined {
  const before = assembler.bufferedBytes;
  try {
    return assembler.push(message);
  } catch (error) {
    ok(error instanceof RemoteProtocolError);
    equal(assembler.bufferedBytes, before);
    return undefined;
  }
}

describe('the assembler of packs', () => {
  it('F7 I1 I3: gives every pack once, with each chunk as it first came, in whatever order', () => {
    fc.assert(
      fc.property(
        packings,
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { maxLength: 60 }),
        (parcels, course) => {
          const assembler = createAssembler({ plan: PLAN, credit: PLAN.bytes });
          const given = new Map<number, Uint8Array>();
          const first = new Map<string, number>();
          const push = (parcel: Parcel, chunk: number, fill: number): void => {
            const key = `${parcel.ordinal} ${chunk}`;
            const taken = assembler.push(frameOf(parcel, chunk, fill));
            equal(taken.kind === 'dropped', first.has(key));
            if (!first.has(key)) first.set(key, fill);
            if (taken.kind !== 'piece') return;
            const { kind: _, bytes, ...whole } = taken;
            deepEqual(whole, parcel);
            ok(!given.has(parcel.ordinal));
            given.set(parcel.ordinal, bytes);
          };
          for (const [pick, chunk, fill] of course) {
            const parcel = parcels[pick % parcels.length]!;
            push(parcel, chunk % chunksOf(parcel), fill);
          }
          for (const parcel of parcels)
            for (let chunk = 0; chunk < chunksOf(parcel); chunk++) push(parcel, chunk, 0);
          equal(given.size, parcels.length);
          for (const parcel of parcels) {
            const bytes = given.get(parcel.ordinal)!;
            equal(bytes.length, lengthOfParcel(PLAN, parcel));
            for (const [at, byte] of bytes.entries())
              if (byte !== first.get(`${parcel.ordinal} ${Math.floor(at / CHUNK_BYTES)}`))
                throw new Error(`byte ${at} of parcel ${parcel.ordinal}`);
          }
          equal(assembler.bufferedBytes, 0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('F7 K3: no piece comes twice at a time, nor once it is here, and nothing is beyond the credit', () => {
    const credit = 150_000;
    const seen = new Set<boolean>();
    const parcels = fc.subarray(SMALL, { minLength: 1 }).map(packed);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(parcels, fc.nat()), { maxLength: 30 }),
        fc.subarray(SMALL, { maxLength: 2 }),
        (course, held) => {
          const assembler = createAssembler({
            plan: PLAN,
            credit,
            held: held.reduce(addPiece, emptyPieces),
          });
          const here = new Set(held);
          for (const [parcel, pick] of course) {
            const taken = pushOrRefuse(assembler, frameOf(parcel, pick % chunksOf(parcel), 1));
            seen.add(taken === undefined);
            ok(assembler.bufferedBytes <= credit);
            if (taken?.kind !== 'piece') continue;
            for (const { ordinal } of piecesInParcel(PLAN, taken)) {
              ok(!here.has(ordinal), 'I3: once');
              here.add(ordinal);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it.each([
    ['another pack with the same first file', packed([3, 4, 5])],
    ['the first piece alone', packed([3])],
    ['a pack that shares another piece', packed([2, 4])],
    ['a later piece alone', packed([4])],
    ['a pack with a piece that is held', packed([1, 8])],
  ])('F7: refuses %s', (_what, parcel) => {
    const held = addPiece(emptyPieces, 8);
    const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES, held });
    const pack = packed([3, 4]);
    equal(assembler.push(frameOf(pack, 0, 1)).kind, 'buffered');
    expect(() => assembler.push(frameOf(parcel, 0, 1))).toThrow(
      expect.objectContaining({ code: 'violation' }),
    );
    // It goes on as if nothing had been said.
    for (let chunk = 1; chunk < chunksOf(pack); chunk++) assembler.push(frameOf(pack, chunk, 1));
    equal(assembler.push(frameOf(pack, 0, 2)).kind, 'dropped');
    equal(assembler.bufferedBytes, 0);
  });

  it('R4: a piece that is reopened comes in another pack than before', () => {
    const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES });
    equal(assembler.push(frameOf(packed([8, 10, 11]), 0, 1)).kind, 'piece');
    assembler.reopen([{ first: 10, end: 12 }]);
    const { pack } = packed([10, 11]);
    expect(assembler.push(frameOf(packed([10, 11]), 0, 2))).toEqual({
      kind: 'piece',
      ordinal: 10,
      pack,
      bytes: new Uint8Array(3).fill(2),
    });
    expect(pack).toEqual(piecesOf([{ first: 10, end: 12 }]));
  });

  it('K5: the rest of a pack is kept when a file of it fails', () => {
    const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES });
    const pack = packed([1, 2]);
    assembler.push(frameOf(pack, 0, 1));
    assembler.discardFile(pieceAt(PLAN, 1).file);
    for (let chunk = 1; chunk < chunksOf(pack) - 1; chunk++)
      assembler.push(frameOf(pack, chunk, 1));
    const taken = assembler.push(frameOf(pack, chunksOf(pack) - 1, 1));
    equal(taken.kind, 'piece');
  });
});
