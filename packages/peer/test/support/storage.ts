import { createHash } from 'node:crypto';

import * as fc from 'fast-check';

import { bundleOf, patterned, type Bundle } from '../../src/testing/index.ts';

/** Bundles whose files end before, at and behind the ends of chunks, pieces and blocks. */
export function arbitraryBundle(): fc.Arbitrary<Bundle> {
  const edge = fc.constantFrom(0, 1, 16_384, 1_048_576, 2_097_152, 4_194_304);
  const size = fc
    .tuple(edge, fc.integer({ min: -2, max: 2 }))
    .map(([around, off]) => Math.max(0, around + off));
  return fc
    .array(size, { minLength: 1, maxLength: 3 })
    .map((sizes) => bundleOf(sizes.map((length, file) => patterned(length, file))));
}

/** The digests of SPEC.md, D1 to D4, from the contents, with Node's hashes. */
export function expectedDigest({ manifest, contents }: Bundle, failed: readonly number[] = []) {
  const files = contents.map((bytes, file) => {
    if (failed.includes(file)) return undefined;
    const leaves: Buffer[] = [];
    for (let index = 0; index * 1_048_576 < bytes.length; index++) {
      const part = bytes.subarray(index * 1_048_576, (index + 1) * 1_048_576);
      const numbers = Buffer.alloc(12);
      numbers.writeUInt32BE(file, 0);
      numbers.writeUInt32BE(index, 4);
      numbers.writeUInt32BE(part.length, 8);
      leaves.push(sha256(numbers, sha256(part)));
    }
    const entry = manifest.entries[file];
    const path = Buffer.from(entry?.path ?? '');
    const kind = entry?.kind === 'text' ? '\x03' : '\x01';
    const head = Buffer.from(`burritoshare entry${kind}____`);
    head.writeUInt32BE(path.length, head.length - 4);
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(bytes.length));
    return sha256(head, path, size, ...leaves);
  });
  const all = files.map((digest) => digest ?? Buffer.alloc(32));
  const present = files.filter((digest) => digest !== undefined);
  return {
    all: Uint8Array.from(sha256(Buffer.from('burritoshare bundle'), ...all)),
    present: Uint8Array.from(sha256(Buffer.from('burritoshare receipt'), ...present)),
  };
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
