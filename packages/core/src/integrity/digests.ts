import { sha256 } from '@noble/hashes/sha2.js';

import { encodeUtf8 } from '../bytes.ts';
import { LocalProtocolError } from '../errors.ts';
import type { ManifestEntry, Piece } from '../protocol/types.ts';

/** Bytes of a SHA-256 hash: of leaves and digests. */
export const DIGEST_BYTES = 32;

/** Bytes of a leaf's numbers, three of 32 bits. */
const LEAF_HEADER_BYTES = 12;

const UINT32_MAX = 0xffff_ffff;

/** Crockford's base 32 leaves out the letters that are mistaken for others. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What stands for an absent entry in the digest of all (rule D3): 32 zero bytes. */
const ABSENT = new Uint8Array(DIGEST_BYTES);

// Each hash begins with a label of its own, so that no input of one can be the input of another.
const ENTRY = encodeUtf8('burritoshare entry');
const BUNDLE = encodeUtf8('burritoshare bundle');
const RECEIPT = encodeUtf8('burritoshare receipt');

/** The byte that stands for a kind. What another kind gets must be new: a receipt would otherwise not tell them apart. */
const KINDS: Readonly<Record<ManifestEntry['kind'], number>> = { file: 1, folder: 2 };

/** Bytes of an entry's kind and its path's length, and of its size. */
const KIND_BYTES = 5;
const SIZE_BYTES = 8;

/** Digits of a receipt and of what it is the beginning of, five bits each. */
const RECEIPT_DIGITS = 12;
const WHOLE_DIGITS = 52;

/** What the entries of a bundle come to. */
export interface BundleDigest {
  /** Of all entries, with zeros for absent ones (rule D3): what both ends compare, 32 bytes. */
  readonly all: Uint8Array;
  /** Of the present entries alone (rule D4): what the receipt is the beginning of, 32 bytes. */
  readonly present: Uint8Array;
}

/** Equal to no digest. */
export const NO_DIGEST: BundleDigest = { all: new Uint8Array(), present: new Uint8Array() };

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
  view.setBigUint64(KIND_BYTES + path.length, BigInt(entry.kind === 'file' ? entry.size : 0));
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

/**
 * What a bundle comes to (rules D3, D4).
 *
 * @param digests - of its entries, in order; undefined for an absent one.
 * @throws LocalProtocolError `argument` on a digest of another length than 32 bytes.
 */
export function bundleDigest(digests: Iterable<Uint8Array | undefined>): BundleDigest {
  const all = sha256.create().update(BUNDLE);
  const present = sha256.create().update(RECEIPT);
  for (const digest of digests) {
    if (digest !== undefined) {
      requireDigest(digest);
      present.update(digest);
    }
    all.update(digest ?? ABSENT);
  }
  return { all: all.digest(), present: present.digest() };
}

/**
 * The receipt of a bundle (rule D4), as `ABCD-EFGH-JKMN`: what two people can read to each other.
 *
 * @throws LocalProtocolError `argument` unless the digest takes 32 bytes.
 */
export function receiptOf(digest: Pick<BundleDigest, 'present'>): string {
  return inGroups(wholeDigits(digest).slice(0, RECEIPT_DIGITS));
}

/**
 * All of what the receipt is the beginning of (rule D4): 52 characters in groups of four.
 *
 * @throws LocalProtocolError `argument` unless the digest takes 32 bytes.
 */
export function wholeReceiptOf(digest: Pick<BundleDigest, 'present'>): string {
  return inGroups(wholeDigits(digest));
}

function wholeDigits({ present }: Pick<BundleDigest, 'present'>): string {
  requireDigest(present);
  let digits = '';
  let held = 0;
  let bits = 0;
  // The last digit holds one bit, and four zeros behind it.
  for (const byte of [...present, 0]) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) digits += CROCKFORD.charAt((held >>> (bits - 5)) & 31);
  }
  return digits.slice(0, WHOLE_DIGITS);
}

function inGroups(digits: string): string {
  return digits.replace(/.{4}(?=.)/g, '$&-');
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
