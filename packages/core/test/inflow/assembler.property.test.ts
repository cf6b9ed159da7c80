import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, FRAME_HEADER_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import { createAssembler, type Assembled, type Assembler } from '../../src/inflow/index.ts';
import { addPiece, emptyPieces } from '../../src/pieces/piece-set.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { lengthOfParcel, piecesInParcel } from '../../src/pieces/parcels.ts';
import { createPlan, ordinalAt, pieceAt, sizeOf, type Plan } from '../../src/pieces/plan.ts';
import { manifestOf } from '../support/manifest-of.ts';

// A file of three pieces, two small files with only a folder between them, and one of two pieces.
const SIZES = [
  2 * PIECE_BYTES + 5,
  'folder',
  3 * CHUNK_BYTES,
  0,
  7,
  PIECE_BYTES + CHUNK_BYTES,
] as const;
const PLAN = createPlan(manifestOf(SIZES));

/** A frame that fits the plan: a run of chunks within one piece. */
const frames = fc
  .record({
    file: fc.constantFrom(0, 2, 4, 5),
    at: fc.nat(),
    count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(64)),
    fill: fc.nat({ max: 255 }),
  })
  .map(({ file, at, count, fill }) => {
    const size = sizeOf(PLAN, file);
    const offset = (at % Math.ceil(size / CHUNK_BYTES)) * CHUNK_BYTES;
    const end = Math.min(
      size,
      Math.floor(offset / PIECE_BYTES + 1) * PIECE_BYTES,
      offset + count * CHUNK_BYTES,
    );
    return { file, offset, payload: new Uint8Array(end - offset).fill(fill) };
  });

/** Frames that an attacker makes of it: bytes changed, cut off or added. */
const hostile = fc
  .tuple(
    frames,
    fc.array(fc.tuple(fc.nat({ max: FRAME_HEADER_BYTES + 3 }), fc.nat({ max: 255 })), {
      maxLength: 3,
    }),
    fc.constantFrom(0, 0, 0, -1, 1, CHUNK_BYTES),
  )
  .map(([{ file, offset, payload }, changes, more]) => {
    const message = encodeFrame(file, offset, payload);
    for (const [at, value] of changes) message[at] = value;
    const resized = new Uint8Array(Math.max(0, message.length + more));
    resized.set(message.subarray(0, resized.length));
    return resized;
  });

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

function pieceOf(plan: Plan, file: number, offset: number) {
  return pieceAt(plan, ordinalAt(plan, file, offset));
}

describe('the assembler', () => {
  it('I1 I3 F4: gives every piece once, with each byte as it first came, and never holds more than the window', () => {
    fc.assert(
      fc.property(
        fc.array(frames, { maxLength: 60 }),
        fc.integer({ min: PIECE_BYTES, max: 4 * PIECE_BYTES }),
        (course, credit) => {
          const assembler = createAssembler({ plan: PLAN, credit });
          const model = new Map<
            number,
            { readonly bytes: Uint8Array; readonly have: Set<number> }
          >();
          const given = new Set<number>();
          let opened = 0;
          for (const { file, offset, payload } of course) {
            const piece = pieceOf(PLAN, file, offset);
            const isNew = !model.has(piece.ordinal);
            const isOverrun = isNew && opened + piece.length > credit;
            const taken = pushOrRefuse(assembler, encodeFrame(file, offset, payload));
            equal(taken === undefined, isOverrun);
            if (taken === undefined) continue;
            if (isNew) opened += piece.length;
            const known = model.get(piece.ordinal) ?? {
              bytes: new Uint8Array(piece.length),
              have: new Set<number>(),
            };
            model.set(piece.ordinal, known);
            const fresh = addChunks(known, offset - piece.offset, payload);
            equal(taken.kind === 'dropped', !fresh);
            if (taken.kind === 'piece') {
              equal(taken.ordinal, piece.ordinal);
              ok(!given.has(piece.ordinal));
              given.add(piece.ordinal);
              ok(Buffer.from(taken.bytes).equals(known.bytes));
            }
            equal(
              given.has(piece.ordinal),
              known.have.size === Math.ceil(piece.length / CHUNK_BYTES),
            );
            ok(assembler.bufferedBytes <= credit);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('F1 F2 F4: takes a hostile message, drops it, or refuses it with nothing changed', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (course) => {
        const credit = 2 * PIECE_BYTES;
        const assembler = createAssembler({ plan: PLAN, credit });
        const given = new Set<number>();
        for (const message of course) {
          const taken = pushOrRefuse(assembler, message);
          ok(assembler.bufferedBytes <= credit);
          if (taken?.kind !== 'piece') continue;
          equal(taken.bytes.length, lengthOfParcel(PLAN, taken));
          for (const { ordinal } of piecesInParcel(PLAN, taken)) {
            ok(!given.has(ordinal));
            given.add(ordinal);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('F4: refuses everything that is not a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        // Only with a first byte of 1 or 2 can it be a frame of the plan.
        const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES });
        const taken = pushOrRefuse(assembler, message);
        ok(taken === undefined || message[0] === 1 || message[0] === 2);
      }),
    );
  });

  it('K5: counts a failed file to its end and keeps none of it', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 40 }), fc.nat({ max: 40 }), (course, when) => {
        const assembler = createAssembler({ plan: PLAN, credit: 10 * PIECE_BYTES });
        for (const [turn, { file, offset, payload }] of course.entries()) {
          if (turn === when) assembler.discardFile(0);
          const taken = assembler.push(encodeFrame(file, offset, payload));
          if (taken.kind === 'discarded')
            ok(turn >= when && pieceAt(PLAN, taken.ordinal).file === 0);
          if (taken.kind === 'piece' && turn >= when) ok(pieceAt(PLAN, taken.ordinal).file !== 0);
        }
      }),
      { numRuns: 100 },
    );
    const assembler = createAssembler({ plan: PLAN, credit: 2 * PIECE_BYTES });
    assembler.push(encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES)));
    expect(assembler.bufferedBytes).toBe(PIECE_BYTES);
    assembler.discardFile(0);
    expect(assembler.bufferedBytes).toBe(0);
    expect(assembler.push(encodeFrame(0, CHUNK_BYTES, new Uint8Array(63 * CHUNK_BYTES)))).toEqual({
      kind: 'discarded',
      ordinal: 0,
    });
    expect(assembler.push(encodeFrame(0, 2 * PIECE_BYTES, new Uint8Array(5)))).toEqual({
      kind: 'discarded',
      ordinal: 2,
    });
  });

  it('K2 K3: takes no piece beyond the credit, and one more after it was raised', () => {
    const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES });
    const first = encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES));
    const second = encodeFrame(2, 0, new Uint8Array(CHUNK_BYTES));
    expect(assembler.push(first)).toEqual({ kind: 'buffered' });
    expect(() => assembler.push(second)).toThrow(expect.objectContaining({ code: 'violation' }));
    assembler.allow(PIECE_BYTES + 3 * CHUNK_BYTES - 1);
    assembler.allow(0);
    expect(() => assembler.push(second)).toThrow(RemoteProtocolError);
    assembler.allow(PIECE_BYTES + 3 * CHUNK_BYTES);
    expect(assembler.push(second)).toEqual({ kind: 'buffered' });
  });

  it('R4 K6: takes reopened pieces once more, charges them again, and keeps a file that is wanted again', () => {
    const held = addPiece(emptyPieces, ordinalAt(PLAN, 4, 0));
    const credit = 7 + 3 * CHUNK_BYTES;
    const assembler = createAssembler({ plan: PLAN, credit, held });
    const frame = encodeFrame(4, 0, new Uint8Array(7).fill(1));
    assembler.reopen([{ first: 4, end: 5 }]);
    expect(assembler.push(frame)).toEqual({
      kind: 'piece',
      ordinal: 4,
      bytes: new Uint8Array(7).fill(1),
    });
    expect(assembler.push(frame)).toEqual({ kind: 'dropped' });
    assembler.discardFile(2);
    const small = encodeFrame(2, 0, new Uint8Array(3 * CHUNK_BYTES).fill(2));
    expect(assembler.push(small)).toEqual({ kind: 'discarded', ordinal: 3 });
    assembler.readmitFile(2, [{ first: 3, end: 4 }]);
    // K3: sent once more, it is opened once more.
    expect(() => assembler.push(small)).toThrow(expect.objectContaining({ code: 'violation' }));
    assembler.allow(credit + 3 * CHUNK_BYTES);
    expect(assembler.push(small)).toEqual({
      kind: 'piece',
      ordinal: 3,
      bytes: new Uint8Array(3 * CHUNK_BYTES).fill(2),
    });
    expect(assembler.bufferedBytes).toBe(0);
  });

  it('drops pieces that it held before, and everything after its release', () => {
    const held = addPiece(emptyPieces, ordinalAt(PLAN, 4, 0));
    const assembler = createAssembler({ plan: PLAN, credit: 0, held });
    expect(assembler.push(encodeFrame(4, 0, new Uint8Array(7)))).toEqual({ kind: 'dropped' });
    assembler.allow(PIECE_BYTES);
    assembler.push(encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES)));
    assembler.release();
    expect(assembler.bufferedBytes).toBe(0);
    expect(assembler.push(encodeFrame(0, CHUNK_BYTES, new Uint8Array(CHUNK_BYTES)))).toEqual({
      kind: 'dropped',
    });
  });

  it('copies: later changes to a message change no piece', () => {
    const assembler = createAssembler({ plan: PLAN, credit: PIECE_BYTES });
    const message = encodeFrame(2, 0, new Uint8Array(2 * CHUNK_BYTES).fill(1));
    assembler.push(message);
    message.fill(9);
    const taken = assembler.push(
      encodeFrame(2, 2 * CHUNK_BYTES, new Uint8Array(CHUNK_BYTES).fill(1)),
    );
    deepEqual(taken, { kind: 'piece', ordinal: 3, bytes: new Uint8Array(3 * CHUNK_BYTES).fill(1) });
  });
});

// The model: a chunk stays as it first came. Returns whether there was a new one.
function addChunks(
  known: { bytes: Uint8Array; have: Set<number> },
  from: number,
  payload: Uint8Array,
): boolean {
  const before = known.have.size;
  for (let start = 0; start < payload.length; start += CHUNK_BYTES) {
    if (known.have.has(from + start)) continue;
    known.have.add(from + start);
    known.bytes.set(payload.subarray(start, start + CHUNK_BYTES), from + start);
  }
  return known.have.size > before;
}
