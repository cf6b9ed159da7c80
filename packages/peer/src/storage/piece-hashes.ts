import {
  addPiece,
  createBundleLeaves,
  emptyPieces,
  hasPiece,
  leafOf,
  LocalProtocolError,
  removeRange,
} from '@burritoshare/core';
import type { BundleDigest, FailedFile, Manifest, Piece, PieceRange } from '@burritoshare/core';

import type { Held } from './ports.ts';

/** Keeps the leaves of the pieces that passed through one end, and folds them into the bundle's digest. */
export interface PieceHashes {
  /** Computes the leaf of a piece with these bytes, which may change once this has returned. */
  hash(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
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
  digest(failedFiles: readonly FailedFile[]): BundleDigest;
}

/** Hashes with WebCrypto, which copies its input at the call and works on another thread. */
export function createPieceHashes(manifest: Manifest): PieceHashes {
  const bundleLeaves = createBundleLeaves(manifest);
  let pieces = emptyPieces;
  return {
    async hash(piece, bytes) {
      const hash = await crypto.subtle.digest('SHA-256', bytes);
      return leafOf(piece, new Uint8Array(hash));
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
    digest: (failedFiles) => bundleLeaves.digest(failedFiles.map(({ file }) => file)),
  };
}
