import { sha256 } from '@noble/hashes/sha2.js';

import { encodeUtf8 } from '../bytes.ts';
import { LocalProtocolError } from '../errors.ts';
import { createPlan, piecesOfFile, type Plan } from '../pieces/plan.ts';
import type { Manifest } from '../protocol/types.ts';
import { DIGEST_BYTES, entryDigest, requireDigest } from './digests.ts';

/** Stands for an absent entry in the digest of all (rule D3): 32 zero bytes. */
const ABSENT = new Uint8Array(DIGEST_BYTES);

// Each hash begins with a label of its own, as in `digests.ts`.
const BUNDLE = encodeUtf8('burritoshare bundle');
const RECEIPT = encodeUtf8('burritoshare receipt');

/** The two digests of a bundle. */
export interface BundleDigest {
  /** The digest of all entries, with zeros for absent ones (rule D3), 32 bytes: both ends compare it. */
  readonly all: Uint8Array;
  /** The digest of the present entries alone (rule D4), 32 bytes: the receipt is its beginning. */
  readonly present: Uint8Array;
}

/** Differs from every digest. */
export const NO_DIGEST: BundleDigest = { all: new Uint8Array(), present: new Uint8Array() };

/**
 * Computes the digests of a bundle (rules D3, D4).
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

/** The leaves of a bundle, which may come in any order, and the digests that they make. */
export interface BundleLeaves {
  /**
   * Records the leaf of a piece; a later one replaces it.
   *
   * @throws LocalProtocolError `argument` if there is no such piece, or the leaf does not take 32 bytes.
   */
  recordLeaf(ordinal: number, leaf: Uint8Array): void;
  /**
   * The leaf of a piece.
   *
   * @throws LocalProtocolError `state` if none has been recorded.
   */
  leafAt(ordinal: number): Uint8Array<ArrayBuffer>;
  /**
   * The digests of the bundle (rules D3, D4).
   *
   * @param absent - entries that failed: their leaves don't count.
   * @throws LocalProtocolError `state` if a leaf of an entry that is not absent is missing.
   */
  digest(absent?: readonly number[]): BundleDigest;
}

/**
 * Leaves in a block. A block is allocated with its first leaf, so that a manifest that merely claims petabytes costs
 * nothing.
 */
const BLOCK_LEAVES = 1024;

interface Block {
  readonly leaves: Uint8Array<ArrayBuffer>;
  /** 1 for each leaf that is recorded. */
  readonly held: Uint8Array;
}

/** Begins without leaves. It takes 33 bytes for each piece that it will hold. */
export function createBundleLeaves(manifest: Manifest): BundleLeaves {
  const plan = createPlan(manifest);
  const blocks = new Map<number, Block>();
  return {
    recordLeaf(ordinal, leaf) {
      requireDigest(leaf);
      if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= plan.pieces) {
        throw new LocalProtocolError('argument', `no piece ${ordinal} in ${plan.pieces}`);
      }
      const block = blockFor(blocks, ordinal);
      const place = ordinal % BLOCK_LEAVES;
      block.leaves.set(leaf, place * DIGEST_BYTES);
      block.held[place] = 1;
    },
    leafAt: (ordinal) => leafIn(blocks, ordinal).slice(),
    digest(absent = []) {
      const left = new Set(absent);
      return bundleDigest(
        manifest.entries.map((entry, file) =>
          left.has(file) ? undefined : entryDigest(entry, leavesOf(plan, blocks, file)),
        ),
      );
    },
  };
}

function* leavesOf(
  plan: Plan,
  blocks: ReadonlyMap<number, Block>,
  file: number,
): Generator<Uint8Array> {
  const { first, count } = piecesOfFile(plan, file);
  for (let ordinal = first; ordinal < first + count; ordinal++) {
    yield leafIn(blocks, ordinal);
  }
}

function leafIn(blocks: ReadonlyMap<number, Block>, ordinal: number): Uint8Array<ArrayBuffer> {
  const block = blocks.get(Math.floor(ordinal / BLOCK_LEAVES));
  const place = ordinal % BLOCK_LEAVES;
  if (block?.held[place] !== 1) {
    throw new LocalProtocolError('state', `no leaf yet for piece ${ordinal}`);
  }
  return block.leaves.subarray(place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES);
}

function blockFor(blocks: Map<number, Block>, ordinal: number): Block {
  const number = Math.floor(ordinal / BLOCK_LEAVES);
  const known = blocks.get(number);
  if (known !== undefined) return known;
  const block: Block = {
    leaves: new Uint8Array(BLOCK_LEAVES * DIGEST_BYTES),
    held: new Uint8Array(BLOCK_LEAVES),
  };
  blocks.set(number, block);
  return block;
}
