import { sha256 } from '@noble/hashes/sha2.js';

import { LocalProtocolError } from '../errors.ts';
import type { Piece } from '../protocol/types.ts';

/** Bytes of a SHA-256 hash: of leaves and digests. */
export const DIGEST_BYTES = 32;

/** Bytes of a leaf's numbers, three of 32 bits. */
const LEAF_HEADER_BYTES = 12;

const UINT32_MAX = 0xffff_ffff;

/** Crockford's base 32 leaves out the letters that are mistaken for others. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The digest of a file that failed (rule D2): 32 zero bytes. Not to be written to. */
export const FAILED_DIGEST: Uint8Array = new Uint8Array(DIGEST_BYTES);

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

/** The digest of a file from its leaves in order (rule D2), 32 bytes; of none, that of an empty file or a folder. */
export function fileDigest(leaves: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  leaves.forEach(requireDigest);
  return hashOf(leaves);
}

/** The bundle's digest from its entries' digests in order (rule D3), 32 bytes. */
export function bundleDigest(digests: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  digests.forEach(requireDigest);
  return hashOf(digests);
}

/**
 * The receipt of a bundle's digest (rule D4), as `ABC-DEF`: what two people can read to each other.
 *
 * @throws LocalProtocolError `argument` unless the digest takes 32 bytes.
 */
export function receiptOf(digest: Uint8Array): string {
  requireDigest(digest);
  const bits = new DataView(digest.buffer, digest.byteOffset, digest.length).getUint32(0);
  let text = '';
  for (let shift = 27; shift >= 2; shift -= 5) text += CROCKFORD.charAt((bits >>> shift) & 31);
  return `${text.slice(0, 3)}-${text.slice(3)}`;
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
