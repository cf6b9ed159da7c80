import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { equalBytes } from '../../src/bytes.ts';
import { ARRIVED_STEP, CHUNK_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import {
  encodeArrived,
  encodeFrame,
  parseArrived,
  parseFrame,
  type Frame,
} from '../../src/protocol/frames.ts';
import { checkFrame } from '../../src/pieces/check-frame.ts';
import { createPlan, pieceAt } from '../../src/pieces/plan.ts';
import { hasBytes, type Manifest } from '../../src/protocol/types.ts';
import { frames, framesOf } from '../../src/testing/arbitraries.ts';
import { manifests } from '../../src/testing/manifest-arbitraries.ts';
import { mutatedBytes } from '../../src/testing/mutated.ts';
import { attempt, misuseOf, refusalOf } from '../support/attempt.ts';

// Rule F1 on Node's buffers, independent of the code under test.
function write(file: number, offset: bigint, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(file, 4);
  header.writeBigUInt64BE(offset, 8);
  return new Uint8Array(Buffer.concat([header, payload]));
}

// Rules F2 to F4 taken literally.
function isAllowed({ entries }: Manifest, { file, offset, payload }: Frame): boolean {
  const entry = entries[file];
  if (!hasBytes(entry)) return false;
  const end = offset + payload.length;
  const pieceEnd = offset - (offset % PIECE_BYTES) + PIECE_BYTES;
  const endsWell = payload.length % CHUNK_BYTES === 0 || end === entry.size;
  return offset % CHUNK_BYTES === 0 && end <= Math.min(entry.size, pieceEnd) && endsWell;
}

/** Bitmaps as packs have them: the last byte isn't zero. */
const bitmaps = fc
  .tuple(fc.uint8Array({ maxLength: 127 }), fc.integer({ min: 1, max: 255 }))
  .map(([bytes, last]) => Uint8Array.of(...bytes, last));

const withPieces = manifests.filter(({ bytes }) => bytes > 0);

describe('bulk frames', () => {
  it('F1 have the layout of the specification, and are read back', () => {
    fc.assert(
      fc.property(frames, ({ file, offset, payload }) => {
        const message = encodeFrame(file, offset, payload);
        expect(equalBytes(message, write(file, BigInt(offset), payload))).toBe(true);
        const frame = parseFrame(message);
        expect([frame.file, frame.offset]).toEqual([file, offset]);
        expect(equalBytes(frame.payload, payload)).toBe(true);
      }),
    );
  });

  it('F1 the payload is a view into the message', () => {
    const message = encodeFrame(7, CHUNK_BYTES, new Uint8Array(5));
    const outer = new Uint8Array(message.length + 3);
    outer.set(message, 3);
    const { payload } = parseFrame(outer.subarray(3));
    expect([payload.buffer, payload.byteOffset, payload.length]).toEqual([outer.buffer, 19, 5]);
  });

  it('F1 any bytes are a frame or refused, and stay as they are', () => {
    const small = fc
      .tuple(frames, fc.oneof(fc.constant(new Uint8Array()), bitmaps))
      .map(([{ file, offset, payload }, bitmap]) =>
        encodeFrame(file, offset, payload.subarray(0, 40), undefined, bitmap),
      );
    fc.assert(
      fc.property(fc.oneof(mutatedBytes(small), fc.uint8Array({ maxLength: 40 })), (message) => {
        const before = message.slice();
        const frame = attempt(() => parseFrame(message));
        expect(message).toEqual(before);
        if (frame instanceof RemoteProtocolError) return;
        const { file, offset, payload, bitmap } = frame;
        expect(encodeFrame(file, offset, payload, undefined, bitmap)).toEqual(message);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['F1 refuses nothing', new Uint8Array(0)],
    ['F1 refuses a header cut off', write(0, 0n, new Uint8Array(1)).slice(0, 9)],
    ['F1 refuses a header without payload', write(0, 0n, new Uint8Array(0))],
    ['F1 refuses another type', write(0, 0n, new Uint8Array(1)).with(0, 2)],
    ['F1 refuses a reserved byte that is set', write(0, 0n, new Uint8Array(1)).with(3, 1)],
    ['F2 refuses an offset within a chunk', write(0, 1n, new Uint8Array(1))],
    ['F2 refuses an offset over 2^53 − 1', write(0, 2n ** 53n, new Uint8Array(1))],
    ['F2 refuses more than a piece', write(0, 0n, new Uint8Array(PIECE_BYTES + 1))],
    [
      'F2 refuses to cross the end of a piece',
      write(0, BigInt(PIECE_BYTES - CHUNK_BYTES), new Uint8Array(CHUNK_BYTES + 1)),
    ],
  ])('%s', (_title, message) => {
    expect(refusalOf(() => parseFrame(message))).toBe('malformed');
  });

  it('F7 those of packs have the layout of the specification, and are read back', () => {
    fc.assert(
      fc.property(frames, bitmaps, ({ file, offset, payload }, bitmap) => {
        const message = encodeFrame(file, offset, payload, undefined, bitmap);
        const plain = write(file, BigInt(offset), payload);
        const head = Buffer.from([2, 0, 0, bitmap.length, ...plain.subarray(4, 16), ...bitmap]);
        expect(equalBytes(message, Buffer.concat([head, payload]))).toBe(true);
        const frame = parseFrame(message);
        expect([frame.file, frame.offset]).toEqual([file, offset]);
        expect(equalBytes(frame.payload, payload) && equalBytes(frame.bitmap, bitmap)).toBe(true);
      }),
    );
  });

  it('F7 refuses a bitmap that is empty, cut off, too long, or ends with zeros', () => {
    const pack = (length: number, ...rest: number[]): Uint8Array =>
      Uint8Array.of(2, 0, length >> 8, length & 255, ...new Uint8Array(12), ...rest);
    expect(parseFrame(pack(2, 0, 1, 9)).bitmap).toEqual(Uint8Array.of(0, 1));
    for (const wrong of [pack(0, 1, 9), pack(2, 1), pack(2, 1, 0, 9), pack(1, 1)])
      expect(refusalOf(() => parseFrame(wrong))).toBe('malformed');
    const long = new Uint8Array(129).fill(1);
    expect(refusalOf(() => parseFrame(pack(129, ...long, 9)))).toBe('malformed');
    for (const bitmap of [long, Uint8Array.of(1, 0)])
      expect(misuseOf(() => encodeFrame(0, 0, Uint8Array.of(1), undefined, bitmap))).toBe(
        'argument',
      );
  });

  it('F6 a report of arrived bytes has four bytes, and is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: ARRIVED_STEP, max: 2 ** 32 - 1 }), (bytes) => {
        expect(parseArrived(encodeArrived(bytes))).toBe(bytes);
      }),
    );
    expect([...encodeArrived(0x01020304)]).toEqual([1, 2, 3, 4]);
  });

  it.each([0, 3, 5, 16])('F6 refuses %i bytes', (length) => {
    expect(refusalOf(() => parseArrived(new Uint8Array(length)))).toBe('malformed');
  });

  it('F6 refuses less than a step', () => {
    expect(refusalOf(() => parseArrived(encodeArrived(ARRIVED_STEP - 1)))).toBe('malformed');
  });

  it('F2 takes a whole piece in one frame', () => {
    const message = encodeFrame(0, PIECE_BYTES, new Uint8Array(PIECE_BYTES));
    expect(parseFrame(message).payload.length).toBe(PIECE_BYTES);
  });

  it('F1 making a frame that no receiver would take is misuse', () => {
    const one = new Uint8Array(1);
    const wrong: readonly (readonly [file: number, offset: number, payload: Uint8Array])[] = [
      ...([
        [-1, 0, one],
        [2 ** 32, 0, one],
        [0.5, 0, one],
        [0, -CHUNK_BYTES, one],
      ] as const),
      ...([
        [0, 1, one],
        [0, 2 ** 53, one],
        [0, 0, new Uint8Array(0)],
      ] as const),
      [0, PIECE_BYTES - CHUNK_BYTES, new Uint8Array(CHUNK_BYTES + 1)],
    ];
    for (const [file, offset, payload] of wrong) {
      expect(misuseOf(() => encodeFrame(file, offset, payload))).toBe('argument');
    }
  });
});

describe('frames against a manifest', () => {
  it('F3 gives the piece in which a frame lies', () => {
    const cases = withPieces.chain((manifest) => {
      const plan = createPlan(manifest);
      return fc.tuple(fc.constant(plan), framesOf(plan));
    });
    fc.assert(
      fc.property(cases, ([plan, frame]) => {
        const { parcel, length, from } = checkFrame(plan, frame);
        const piece = pieceAt(plan, parcel.ordinal);
        expect(parcel).toEqual({ ordinal: piece.ordinal });
        expect([length, from]).toEqual([piece.length, frame.offset - piece.offset]);
        const end = frame.offset + frame.payload.length;
        expect(piece.file).toBe(frame.file);
        expect(piece.offset <= frame.offset && end <= piece.offset + piece.length).toBe(true);
      }),
    );
  });

  it('F2 F4 takes what the rules allow and refuses the rest', () => {
    const cases = withPieces.chain((manifest) =>
      fc.record({
        manifest: fc.constant(manifest),
        frame: framesOf(createPlan(manifest)),
        file: fc.constantFrom(0, 0, 0, -1, 1, 2 ** 31),
        chunks: fc.constantFrom(0, 0, 0, -1, 1, 64, 2 ** 20),
        bytes: fc.constantFrom(0, 0, -1, 1, CHUNK_BYTES, -CHUNK_BYTES),
      }),
    );
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(cases, ({ manifest, frame, file, chunks, bytes }) => {
        const length = Math.max(1, frame.payload.length + bytes);
        const moved = { file: frame.file + file, offset: frame.offset + chunks * CHUNK_BYTES };
        // A frame of the wrong shape is refused before the manifest is read.
        const message = attempt(() =>
          parseFrame(
            write(
              moved.file >>> 0,
              BigInt.asUintN(64, BigInt(moved.offset)),
              new Uint8Array(length),
            ),
          ),
        );
        if (message instanceof RemoteProtocolError) return;
        const result = attempt(() => checkFrame(createPlan(manifest), message));
        const isTaken = !(result instanceof RemoteProtocolError);
        expect(isTaken).toBe(isAllowed(manifest, message));
        if (!isTaken) expect(result.code).toBe('violation');
        seen.add(isTaken);
      }),
      { numRuns: 500 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it('F2 refuses each way of leaving a file', () => {
    const size = PIECE_BYTES + CHUNK_BYTES + 5;
    const entries: Manifest['entries'] = [
      { kind: 'file', path: 'a', size, modified: null, mediaType: '' },
      { kind: 'folder', path: 'b' },
      { kind: 'file', path: 'c', size: 0, modified: null, mediaType: '' },
    ];
    const plan = createPlan({ name: 'test', entries, bytes: size });
    const check = (file: number, offset: number, length: number) => () =>
      checkFrame(plan, parseFrame(write(file, BigInt(offset), new Uint8Array(length))));
    expect(check(0, PIECE_BYTES, CHUNK_BYTES + 5)().parcel.ordinal).toBe(1);
    expect(check(0, PIECE_BYTES + CHUNK_BYTES, 5)().parcel.ordinal).toBe(1);
    expect(refusalOf(check(0, 0, CHUNK_BYTES - 1))).toBe('violation');
    expect(refusalOf(check(0, PIECE_BYTES + CHUNK_BYTES, 4))).toBe('violation');
    expect(refusalOf(check(0, PIECE_BYTES + CHUNK_BYTES, 6))).toBe('violation');
    expect(refusalOf(check(0, PIECE_BYTES + CHUNK_BYTES, CHUNK_BYTES))).toBe('violation');
    expect(refusalOf(check(0, 2 * PIECE_BYTES, 1))).toBe('violation');
    expect(refusalOf(check(1, 0, 1))).toBe('violation');
    expect(refusalOf(check(2, 0, 1))).toBe('violation');
    expect(refusalOf(check(3, 0, 1))).toBe('violation');
  });
});
