import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PIECE_BYTES } from '../../src/constants.ts';
import {
  bundleDigest,
  createBundleLeaves,
  entryDigest,
  leafOf,
  receiptOf,
  wholeReceiptOf,
  type BundleDigest,
} from '../../src/integrity/index.ts';
import { createPlan, pieceAt } from '../../src/pieces/plan.ts';
import type { FileEntry, Manifest, ManifestEntry } from '../../src/protocol/types.ts';
import { bytesOf } from '../../src/testing/arbitraries.ts';
import { misuseOf } from '../support/attempt.ts';

// Rules D1 to D3 on Node's hashes, from the bytes of the files: independent of the code under test.
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

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function entryOf(
  { kind, path, size }: { kind: string; path: string; size: number },
  leaves: readonly Uint8Array[],
) {
  const text = Buffer.from(path, 'utf8');
  return sha256(
    Buffer.from('burritoshare entry'),
    Uint8Array.of(['', 'file', 'folder', 'text'].indexOf(kind)),
    uint32(text.length),
    text,
    uint64(size),
    ...leaves,
  );
}

function bundleOf(entries: readonly (Uint8Array | undefined)[]): BundleDigest {
  const present = entries.filter((entry) => entry !== undefined);
  const all = entries.map((entry) => entry ?? new Uint8Array(32));
  return {
    all: Uint8Array.from(sha256(Buffer.from('burritoshare bundle'), ...all)),
    present: Uint8Array.from(sha256(Buffer.from('burritoshare receipt'), ...present)),
  };
}

function digestOf(contents: readonly Uint8Array[], failed: ReadonlySet<number>): BundleDigest {
  return bundleOf(
    contents.map((content, file) =>
      failed.has(file)
        ? undefined
        : entryOf({ kind: 'file', path: `${file}`, size: content.length }, leavesOf(file, content)),
    ),
  );
}

function fileEntry(path: string, size: number): FileEntry {
  return { kind: 'file', path, size, modified: null, mediaType: '' };
}

function manifestOf(sizes: readonly number[]): Manifest {
  const entries = sizes.map((size, index) => fileEntry(`${index}`, size));
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

  it('D2 an entry’s digest covers its kind, its path, its size and its leaves', () => {
    const wholes = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        wholes,
        fc.array(bytesOf(32), { maxLength: 5 }),
        (path, size, leaves) => {
          const file = fileEntry(path, size);
          expect(entryDigest(file, leaves)).toEqual(entryOf(file, leaves));
          const text = { kind: 'text', path, size } as const;
          expect(entryDigest(text, leaves)).toEqual(entryOf(text, leaves));
          const folder = { kind: 'folder', path } as const;
          expect(entryDigest(folder, [])).toEqual(entryOf({ ...folder, size: 0 }, []));
        },
      ),
    );
  });

  it('D3 D4 a bundle’s digests cover its entries: with zeros for absent ones, and the present ones alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(bytesOf(32), { nil: undefined }), { maxLength: 5 }),
        (parts) => {
          expect(bundleDigest(parts)).toEqual(bundleOf(parts));
        },
      ),
    );
  });

  it('D3 D4 without an entry, the receipt is as if it was never offered, but the digest of all differs', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const [lacking, without] = [bundleDigest([a, b, undefined]), bundleDigest([a, b])];
    expect(receiptOf(lacking)).toBe(receiptOf(without));
    expect(lacking.all).not.toEqual(without.all);
    expect(bundleDigest([a, undefined, b]).all).not.toEqual(lacking.all);
  });

  it('D1 D2 D3 D4 hashes of another length are misuse, and so is a piece beyond a leaf', () => {
    const short = new Uint8Array(31);
    const piece = { ordinal: 0, file: 0, index: 0, offset: 0, length: 1 };
    expect(misuseOf(() => leafOf(piece, short))).toBe('argument');
    expect(misuseOf(() => leafOf({ ...piece, index: 2 ** 32 }, new Uint8Array(32)))).toBe(
      'argument',
    );
    expect(misuseOf(() => entryDigest(fileEntry('a', 1), [short]))).toBe('argument');
    expect(misuseOf(() => bundleDigest([new Uint8Array(33)]))).toBe('argument');
    expect(misuseOf(() => receiptOf({ present: short }))).toBe('argument');
  });

  it('D4 a receipt is 60 bits in base 32, twelve digits in three groups', () => {
    const receipts = ['0', 'f', '0842108421084210', '00443214c74254b6'].map((start) =>
      receiptOf({
        present: new Uint8Array(Buffer.from(start.padEnd(64, start === '0' ? '0' : 'f'), 'hex')),
      }),
    );
    expect(receipts).toEqual([
      '0000-0000-0000',
      'ZZZZ-ZZZZ-ZZZZ',
      '1111-1111-1111',
      '0123-4567-89AB',
    ]);
  });

  it('D4 D5 a receipt shows the first 60 bits and nothing else, the whole one all 256', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(bytesOf(32), (present) => {
        const bits = [...present].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const [short, whole] = [receiptOf({ present }), wholeReceiptOf({ present })].map((text) =>
          text
            .replaceAll('-', '')
            .replace(/./g, (digit) => alphabet.indexOf(digit).toString(2).padStart(5, '0')),
        );
        expect(short).toBe(bits.slice(0, 60));
        expect(whole).toBe(`${bits}0000`);
      }),
    );
  });

  // One bundle, and others that would equal it if a receipt left something out, or let fields run into each other.
  const leaf = (fill: number) => new Uint8Array(32).fill(fill);
  const file = (path: string, size: number, ...leaves: readonly Uint8Array[]) =>
    [fileEntry(path, size), leaves] as const;
  const folder = (path: string) => [{ kind: 'folder', path } as const, []] as const;
  const text = (path: string, size: number, ...leaves: readonly Uint8Array[]) =>
    [{ kind: 'text', path, size } as const, leaves] as const;
  const receiptFor = (entries: readonly (readonly [ManifestEntry, readonly Uint8Array[]])[]) =>
    receiptOf(bundleDigest(entries.map(([entry, leaves]) => entryDigest(entry, leaves))));

  it.each([
    ['another name', [file('b', 2, leaf(1)), file('c', 0)]],
    ['the names swapped', [file('c', 2, leaf(1)), file('a', 0)]],
    ['another size', [file('a', 3, leaf(1)), file('c', 0)]],
    ['another kind', [file('a', 2, leaf(1)), folder('c')]],
    ['a text in a file’s place', [text('a', 2, leaf(1)), file('c', 0)]],
    ['other bytes', [file('a', 2, leaf(2)), file('c', 0)]],
    ['another order', [file('c', 0), file('a', 2, leaf(1))]],
    ['bytes in the other file', [file('a', 0), file('c', 2, leaf(1))]],
    ['a leaf more', [file('a', 2, leaf(1), leaf(1)), file('c', 0)]],
    ['an entry less', [file('a', 2, leaf(1))]],
    ['an entry more', [file('a', 2, leaf(1)), file('c', 0), folder('d')]],
    ['a name that goes on into the size', [file('a\0', 2, leaf(1)), file('c', 0)]],
    ['both in one name', [file('a/c', 2, leaf(1))]],
  ])('D2 D3 D4 a bundle with %s has another receipt', (_what, other) => {
    const bundle = [file('a', 2, leaf(1)), file('c', 0)];
    expect(receiptFor(other)).not.toBe(receiptFor(bundle));
    expect(receiptFor([...bundle])).toBe(receiptFor(bundle));
  });
});

describe('the leaves of a bundle', () => {
  const oneByte = (leaf: Uint8Array) =>
    bundleOf([entryOf({ kind: 'file', path: '0', size: 1 }, [leaf])]);

  it('D1 to D3 gives the bundle’s digest, in whatever order the leaves come', () => {
    const cases = contents.chain((files) =>
      fc.record({
        files: fc.constant(files),
        failed: fc.subarray([...files.keys()]),
        order: fc.infiniteStream(fc.nat()),
      }),
    );
    fc.assert(
      fc.property(cases, ({ files, failed, order }) => {
        const manifest = manifestOf(files.map((content) => content.length));
        const plan = createPlan(manifest);
        const bundleLeaves = createBundleLeaves(manifest);
        const ordinals = Array.from({ length: plan.pieces }, (_, ordinal) => ordinal);
        const shuffled = ordinals
          .map((ordinal) => ({ ordinal, rank: order.next().value }))
          .toSorted((a, b) => a.rank - b.rank);
        for (const { ordinal } of shuffled) {
          const { file, offset, length, ...piece } = pieceAt(plan, ordinal);
          const bytes = files[file]?.subarray(offset, offset + length) ?? new Uint8Array(0);
          bundleLeaves.recordLeaf(
            ordinal,
            leafOf({ ...piece, file, offset, length }, sha256(bytes)),
          );
        }
        expect(bundleLeaves.digest(failed)).toEqual(digestOf(files, new Set(failed)));
        // A failed file may be retried: no leaf is gone.
        expect(bundleLeaves.digest()).toEqual(digestOf(files, new Set()));
      }),
      { numRuns: 30 },
    );
  });

  it('D2 has no digest while a leaf is missing, unless its file failed', () => {
    const bundleLeaves = createBundleLeaves(manifestOf([1, 0, PIECE_BYTES + 1]));
    const leaf = new Uint8Array(32).fill(7);
    bundleLeaves.recordLeaf(0, leaf);
    bundleLeaves.recordLeaf(2, leaf);
    expect(misuseOf(() => bundleLeaves.digest())).toBe('state');
    const [first, empty] = [
      entryOf({ kind: 'file', path: '0', size: 1 }, [leaf]),
      entryOf({ kind: 'file', path: '1', size: 0 }, []),
    ];
    expect(bundleLeaves.digest([2])).toEqual(bundleOf([first, empty, undefined]));
  });

  it('D2 keeps a copy of the last leaf of a piece', () => {
    const bundleLeaves = createBundleLeaves(manifestOf([1]));
    const leaf = new Uint8Array(32).fill(1);
    bundleLeaves.recordLeaf(0, new Uint8Array(32).fill(9));
    bundleLeaves.recordLeaf(0, leaf);
    const digest = bundleLeaves.digest();
    leaf.fill(2);
    expect(digest).toEqual(oneByte(new Uint8Array(32).fill(1)));
    expect(bundleLeaves.digest()).toEqual(digest);
  });

  it('R2 gives each leaf back, the last one that came, as a copy', () => {
    const few = fc.array(fc.tuple(fc.nat(2100), bytesOf(32)), { minLength: 1, maxLength: 8 });
    const manifest = manifestOf([2101 * PIECE_BYTES]);
    fc.assert(
      fc.property(few, (recorded) => {
        const bundleLeaves = createBundleLeaves(manifest);
        for (const [ordinal, leaf] of recorded) bundleLeaves.recordLeaf(ordinal, leaf);
        const model = new Map(recorded);
        for (const [ordinal, leaf] of model) {
          bundleLeaves.leafAt(ordinal).fill(9);
          expect(bundleLeaves.leafAt(ordinal)).toEqual(leaf);
        }
        for (const near of [...model.keys()].flatMap((ordinal) => [ordinal - 1, ordinal + 1]))
          if (!model.has(near)) expect(misuseOf(() => bundleLeaves.leafAt(near))).toBe('state');
      }),
    );
  });

  it('D2 a leaf of zeros counts', () => {
    const bundleLeaves = createBundleLeaves(manifestOf([1]));
    bundleLeaves.recordLeaf(0, new Uint8Array(32));
    expect(bundleLeaves.digest()).toEqual(oneByte(new Uint8Array(32)));
  });

  it('D1 a manifest that merely claims petabytes costs nothing', () => {
    const manifest = manifestOf([Number.MAX_SAFE_INTEGER]);
    const bundleLeaves = createBundleLeaves(manifest);
    bundleLeaves.recordLeaf(createPlan(manifest).pieces - 1, new Uint8Array(32));
    expect(misuseOf(() => bundleLeaves.digest())).toBe('state');
  });

  it('D1 a piece or entry outside the plan is misuse', () => {
    const bundleLeaves = createBundleLeaves(manifestOf([1]));
    for (const ordinal of [-1, 1, 0.5]) {
      expect(misuseOf(() => bundleLeaves.recordLeaf(ordinal, new Uint8Array(32)))).toBe('argument');
    }
    expect(misuseOf(() => bundleLeaves.recordLeaf(0, new Uint8Array(31)))).toBe('argument');
    for (const ordinal of [-1, 0, 1, 0.5])
      expect(misuseOf(() => bundleLeaves.leafAt(ordinal))).toBe('state');
  });
});
