import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { toHex } from '../src/bytes.ts';
import { PIECE_BYTES } from '../src/constants.ts';
import {
  bundleDigest,
  createDigestBook,
  FAILED_DIGEST,
  fileDigest,
  leafOf,
  receiptOf,
} from '../src/integrity/index.ts';
import { createPlan, pieceAt } from '../src/protocol/plan.ts';
import type { Manifest } from '../src/protocol/types.ts';
import { bytesOf } from '../src/testing/arbitraries.ts';
import { misuseOf } from './support/attempt.ts';

// Much work and no waiting: on a busy machine that takes longer than Vitest's five seconds.
vi.setConfig({ testTimeout: 120_000 });

// Rules D1 to D3 on Node's hashes, from the bytes of the files: nothing of the code under test.
function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function leavesOf(file: number, content: Uint8Array): readonly Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let offset = 0; offset < content.length; offset += PIECE_BYTES) {
    const bytes = content.subarray(offset, offset + PIECE_BYTES);
    leaves.push(sha256(uint32(file), uint32(leaves.length), uint32(bytes.length), sha256(bytes)));
  }
  return leaves;
}

function digestOf(contents: readonly Uint8Array[], failed: ReadonlySet<number>): Uint8Array {
  const digests = contents.map((content, file) =>
    failed.has(file) ? new Uint8Array(32) : sha256(...leavesOf(file, content)),
  );
  return sha256(...digests);
}

function manifestOf(sizes: readonly number[]): Manifest {
  const entries = sizes.map((size, index) => ({
    kind: 'file' as const,
    path: `${index}`,
    size,
    modified: null,
    mediaType: '',
  }));
  return { name: 'test', entries, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

const contents = fc.array(
  fc
    .tuple(
      fc.constantFrom(0, 1, 1000, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES + 7),
      fc.nat(255),
    )
    .map(([size, fill]) => new Uint8Array(size).fill(fill)),
  { maxLength: 4 },
);

describe('digests', () => {
  it('D1 a leaf binds a piece to its place', () => {
    fc.assert(
      fc.property(
        bytesOf(32),
        fc.nat(2 ** 32 - 1),
        fc.nat(2 ** 32 - 1),
        fc.nat(PIECE_BYTES),
        (hash, file, index, length) => {
          const piece = { ordinal: 0, file, index, offset: 0, length };
          expect(leafOf(piece, hash)).toEqual(
            sha256(uint32(file), uint32(index), uint32(length), hash),
          );
        },
      ),
    );
  });

  it('D2 D3 a file is its leaves, a bundle its entries', () => {
    fc.assert(
      fc.property(fc.array(bytesOf(32), { maxLength: 5 }), (parts) => {
        expect(fileDigest(parts)).toEqual(sha256(...parts));
        expect(bundleDigest(parts)).toEqual(sha256(...parts));
      }),
    );
  });

  it('D2 a folder has the digest of nothing, a failed file 32 zero bytes', () => {
    const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(toHex(fileDigest([]))).toBe(nothing);
    expect(toHex(FAILED_DIGEST)).toBe('00'.repeat(32));
  });

  it('D1 D3 D4 hashes of another length are misuse, and so is a piece beyond a leaf', () => {
    const short = new Uint8Array(31);
    const piece = { ordinal: 0, file: 0, index: 0, offset: 0, length: 1 };
    expect(misuseOf(() => leafOf(piece, short))).toBe('argument');
    expect(misuseOf(() => leafOf({ ...piece, index: 2 ** 32 }, new Uint8Array(32)))).toBe(
      'argument',
    );
    expect(misuseOf(() => fileDigest([short]))).toBe('argument');
    expect(misuseOf(() => bundleDigest([new Uint8Array(33)]))).toBe('argument');
    expect(misuseOf(() => receiptOf(short))).toBe('argument');
  });

  it('D4 a receipt is 30 bits in base 32', () => {
    const receipts = ['00000000', 'ffffffff', '08421084', '00443214'].map((start) =>
      receiptOf(new Uint8Array(Buffer.from(start.padEnd(64, 'f'), 'hex'))),
    );
    expect(receipts).toEqual(['000-000', 'ZZZ-ZZZ', '111-111', '012-345']);
  });

  it('D4 a receipt says the first 30 bits, and nothing else', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(bytesOf(32), (digest) => {
        const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const said = receiptOf(digest)
          .replace('-', '')
          .replace(/./g, (character) => alphabet.indexOf(character).toString(2).padStart(5, '0'));
        expect(said).toBe(bits.slice(0, 30));
      }),
    );
  });
});

describe('a digest book', () => {
  it('D1 to D3 comes to the bundle’s digest, in whatever order the leaves come', () => {
    const cases = contents.chain((files) =>
      fc.record({
        files: fc.constant(files),
        failed: fc.subarray([...files.keys()]),
        order: fc.infiniteStream(fc.nat()),
      }),
    );
    fc.assert(
      fc.property(cases, ({ files, failed, order }) => {
        const plan = createPlan(manifestOf(files.map((content) => content.length)));
        const book = createDigestBook(plan);
        const ordinals = Array.from({ length: plan.pieces }, (_, ordinal) => ordinal);
        const shuffled = ordinals
          .map((ordinal) => ({ ordinal, rank: order.next().value }))
          .toSorted((a, b) => a.rank - b.rank);
        for (const { ordinal } of shuffled) {
          const { file, offset, length, ...piece } = pieceAt(plan, ordinal);
          const bytes = files[file]?.subarray(offset, offset + length) ?? new Uint8Array(0);
          book.recordLeaf(ordinal, leafOf({ ...piece, file, offset, length }, sha256(bytes)));
        }
        expect(book.digest(failed)).toEqual(digestOf(files, new Set(failed)));
        // What failed may be tried again: nothing of the book has gone.
        expect(book.digest()).toEqual(digestOf(files, new Set()));
      }),
      { numRuns: 30 },
    );
  });

  it('D2 has no digest while a leaf is missing, unless its file failed', () => {
    const book = createDigestBook(createPlan(manifestOf([1, 0, PIECE_BYTES + 1])));
    const leaf = new Uint8Array(32).fill(7);
    book.recordLeaf(0, leaf);
    book.recordLeaf(2, leaf);
    expect(misuseOf(() => book.digest())).toBe('state');
    expect(book.digest([2])).toEqual(sha256(sha256(leaf), sha256(), new Uint8Array(32)));
  });

  it('D2 the last leaf of a piece counts, and a copy of it', () => {
    const book = createDigestBook(createPlan(manifestOf([1])));
    const leaf = new Uint8Array(32).fill(1);
    book.recordLeaf(0, new Uint8Array(32).fill(9));
    book.recordLeaf(0, leaf);
    const digest = book.digest();
    leaf.fill(2);
    expect(digest).toEqual(sha256(sha256(new Uint8Array(32).fill(1))));
    expect(book.digest()).toEqual(digest);
  });

  it('R2 gives each leaf back, the last that came, as a copy', () => {
    const few = fc.array(fc.tuple(fc.nat(2100), bytesOf(32)), { minLength: 1, maxLength: 8 });
    const plan = createPlan(manifestOf([2101 * PIECE_BYTES]));
    fc.assert(
      fc.property(few, (recorded) => {
        const book = createDigestBook(plan);
        for (const [ordinal, leaf] of recorded) book.recordLeaf(ordinal, leaf);
        const model = new Map(recorded);
        for (const [ordinal, leaf] of model) {
          book.leafAt(ordinal).fill(9);
          expect(book.leafAt(ordinal)).toEqual(leaf);
        }
        for (const near of [...model.keys()].flatMap((ordinal) => [ordinal - 1, ordinal + 1]))
          if (!model.has(near)) expect(misuseOf(() => book.leafAt(near))).toBe('state');
      }),
    );
  });

  it('D2 a leaf that is all zero is one', () => {
    const book = createDigestBook(createPlan(manifestOf([1])));
    book.recordLeaf(0, new Uint8Array(32));
    expect(book.digest()).toEqual(sha256(sha256(new Uint8Array(32))));
  });

  it('D1 a manifest that merely claims petabytes costs nothing', () => {
    const plan = createPlan(manifestOf([Number.MAX_SAFE_INTEGER]));
    const book = createDigestBook(plan);
    book.recordLeaf(plan.pieces - 1, new Uint8Array(32));
    expect(misuseOf(() => book.digest())).toBe('state');
  });

  it('D1 what the plan does not have is misuse', () => {
    const book = createDigestBook(createPlan(manifestOf([1])));
    for (const ordinal of [-1, 1, 0.5]) {
      expect(misuseOf(() => book.recordLeaf(ordinal, new Uint8Array(32)))).toBe('argument');
    }
    expect(misuseOf(() => book.recordLeaf(0, new Uint8Array(31)))).toBe('argument');
    for (const ordinal of [-1, 0, 1, 0.5])
      expect(misuseOf(() => book.leafAt(ordinal))).toBe('state');
  });
});
