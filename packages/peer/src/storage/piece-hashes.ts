import {
  addPiece,
  createBundleLeaves,
  createPlan,
  emptyPieces,
  hasPiece,
  leafOf,
  LocalProtocolError,
  piecesInParcel,
  removeRange,
} from '@burritoshare/core';
import type {
  BundleDigest,
  AbsentEntry,
  Manifest,
  Parcel,
  Piece,
  PieceRange,
} from '@burritoshare/core';

import type { Held } from './ports.ts';

/** A piece of a parcel, and its leaf. */
export interface HashedPiece {
  readonly piece: Piece;
  readonly leaf: Uint8Array<ArrayBuffer>;
}

/** Keeps the leaves of the pieces that passed through one end, and folds them into the bundle's digest. */
export interface PieceHashes {
  /** Computes the leaf of a piece with these bytes, which may change once this has returned. */
  hash(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Computes the leaf of each piece of a parcel.
   *
   * @param bytes - of the pieces, in order; they may change once this has returned.
   */
  hashParcel(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>): Promise<readonly HashedPiece[]>;
  /** Keeps a piece's leaf, in place of an earlier one. */
  keep(ordinal: number, leaf: Uint8Array): void;
  /** The leaf that was kept for a piece. */
  leafOf(ordinal: number): Uint8Array | undefined;
  /** Drops the leaves of these pieces. */
  forget(ranges: readonly PieceRange[]): void;
  /** The pieces that have a leaf, as they are now. */
  held(): Held;
  /**
   * The bundle's digests (SPEC.md, D3, D4).
   *
   * @throws LocalProtocolError `state` when a piece of a file that did not fail has no leaf.
   */
  digest(absent: readonly AbsentEntry[]): BundleDigest;
}

/** Hashes with WebCrypto, which copies its input at the call and works on another thread. */
export function createPieceHashes(manifest: Manifest): PieceHashes {
  const plan = createPlan(manifest);
  const bundleLeaves = createBundleLeaves(manifest);
  let pieces = emptyPieces;
  const hash: PieceHashes['hash'] = async (piece, bytes) => {
    const sum = await crypto.subtle.digest('SHA-256', bytes);
    return leafOf(piece, new Uint8Array(sum));
  };
  return {
    hash,
    hashParcel(parcel, all) {
      let at = 0;
      return Promise.all(
        piecesInParcel(plan, parcel).map(async (piece) => {
          const bytes = all.subarray(at, (at += piece.length));
          return { piece, leaf: await hash(piece, bytes) };
        }),
      );
    },
    keep(ordinal, leaf) {
      bundleLeaves.recordLeaf(ordinal, leaf);
      pieces = addPiece(pieces, ordinal);
    },
    leafOf: (ordinal) => (hasPiece(pieces, ordinal) ? bundleLeaves.leafAt(ordinal) : undefined),
    forget(ranges) {
      pieces = ranges.reduce(removeRange, pieces);
    },
    held() {
      const now = pieces;
      return {
        pieces: now,
        leafOf(ordinal) {
          if (!hasPiece(now, ordinal))
            throw new LocalProtocolError('argument', `piece ${ordinal} is not held`);
          return bundleLeaves.leafAt(ordinal);
        },
      };
    },
    digest: (absent) => bundleLeaves.digest(absent.map(({ file }) => file)),
  };
}
