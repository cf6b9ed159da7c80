import { createHash } from 'node:crypto';

import { createPlan, pieceAt } from '@burritoshare/core';
import type { FileEntry, Manifest, ManifestEntry, Piece } from '@burritoshare/core';
import * as fc from 'fast-check';

/** A bundle and the bytes of its files; folders have none. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly contents: readonly Uint8Array<ArrayBuffer>[];
}

/** A bundle of files with these contents. */
export function bundleOf(contents: readonly Uint8Array<ArrayBuffer>[]): Bundle {
  const entries = contents.map(({ length }, file): FileEntry => {
    return { kind: 'file', path: `${file}.bin`, size: length, modified: null, mediaType: '' };
  });
  return { manifest: manifestOf(entries), contents };
}

/** A manifest of these entries. */
export function manifestOf(entries: readonly ManifestEntry[]): Manifest {
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  return { name: 'bundle', entries, bytes };
}

/** All pieces of a bundle, in order. */
export function piecesOf(manifest: Manifest): readonly Piece[] {
  const plan = createPlan(manifest);
  return Array.from({ length: plan.pieces }, (_, ordinal) => pieceAt(plan, ordinal));
}

/** The bytes of a piece in its bundle. */
export function bytesOf({ contents }: Bundle, piece: Piece): Uint8Array<ArrayBuffer> {
  return (contents[piece.file] ?? new Uint8Array()).slice(
    piece.offset,
    piece.offset + piece.length,
  );
}

/** Bytes that differ from place to place, so that a slice from the wrong one shows. */
export function patterned(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = (seed + 1) * 2654435761;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

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

/** SPEC.md, D1 to D4, from the contents, with Node's hashes. */
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
    const path = Buffer.from(manifest.entries[file]?.path ?? '');
    const head = Buffer.from('burritoshare entry\x01____');
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
