import { sha256 } from '@noble/hashes/sha2.js';

import { encodeUtf8 } from '../bytes.ts';
import { LocalProtocolError } from '../errors.ts';
import { hasBytes } from '../protocol/types.ts';
import type { ManifestEntry, Piece } from '../protocol/types.ts';

/** Bytes of a SHA-256 hash, such as leaves and digests. */
export const DIGEST_BYTES = 32;

/** Bytes of a leaf's numbers, three of 32 bits. */
const LEAF_HEADER_BYTES = 12;

const UINT32_MAX = 0xffff_ffff;

// Each hash begins with a label of its own, so that no input of one can be the input of another.
const ENTRY = encodeUtf8('burritoshare entry');

/** The byte of each kind. A new kind needs a new byte, or a receipt could not tell them apart. */
const KINDS: Readonly<Record<ManifestEntry['kind'], number>> = { file: 1, folder: 2, text: 3 };

/** Bytes of an entry's kind and its path's length, and of its size. */
const KIND_BYTES = 5;
const SIZE_BYTES = 8;

/**
 * The leaf of a piece (rule D1), 32 bytes.
 *
 * @param hashOfBytes - SHA-256 of the piece's bytes, 32 bytes.
 * @throws LocalProtocolError `argument` on a hash of another length, or a number above 32 bits: a file over
 *   4 PiB has pieces that no leaf can name.
 */
export function leafOf(piece: Piece, hashOfBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  requireDigest(hashOfBytes);
  const { file, index, length } = piece;
  if (Math.max(file, index, length) > UINT32_MAX) {
    throw new LocalProtocolError('argument', 'a piece beyond what a leaf can name');
  }
  const bytes = new Uint8Array(LEAF_HEADER_BYTES + DIGEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, file);
  view.setUint32(4, index);
  view.setUint32(8, length);
  bytes.set(hashOfBytes, LEAF_HEADER_BYTES);
  return hashOf([bytes]);
}

/**
 * The digest of an entry (rule D2), 32 bytes.
 *
 * @param leaves - of its pieces, in order; a folder and an empty file have none.
 * @throws LocalProtocolError `argument` on a leaf of another length than 32 bytes.
 */
export function entryDigest(
  entry: ManifestEntry,
  leaves: Iterable<Uint8Array>,
): Uint8Array<ArrayBuffer> {
  const path = encodeUtf8(entry.path);
  const head = new Uint8Array(KIND_BYTES + path.length + SIZE_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, KINDS[entry.kind]);
  view.setUint32(1, path.length);
  head.set(path, KIND_BYTES);
  view.setBigUint64(KIND_BYTES + path.length, BigInt(hasBytes(entry) ? entry.size : 0));
  return hashOf(
    (function* () {
      yield ENTRY;
      yield head;
      for (const leaf of leaves) {
        requireDigest(leaf);
        yield leaf;
      }
    })(),
  );
}

/** @throws LocalProtocolError `argument` unless `bytes` are 32. */
export function requireDigest(bytes: Uint8Array): void {
  if (bytes.length !== DIGEST_BYTES) {
    throw new LocalProtocolError('argument', `a SHA-256 hash takes 32 bytes, not ${bytes.length}`);
  }
}

/** SHA-256 over parts, one after the other. */
export function hashOf(parts: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const hash = sha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
