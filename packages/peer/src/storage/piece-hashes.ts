import {
  addPiece,
  createDigestBook,
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
  /** The leaf of a piece with these bytes. They may change once this has returned. */
  hash(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /** Keeps a piece's leaf, in place of an earlier one. */
  keep(ordinal: number, leaf: Uint8Array): void;
  /** The leaf that is kept of a piece. */
  leafOf(ordinal: number): Uint8Array | undefined;
  /** These pieces have no leaf any more. */
  forget(ranges: readonly PieceRange[]): void;
  /** The pieces that have one, as they are now. */
  held(): Held;
  /**
   * What the bundle comes to (SPEC.md, D3, D4).
   *
   * @throws LocalProtocolError `state` when a piece of a file that did not fail has no leaf.
   */
  digest(failedFiles: readonly FailedFile[]): BundleDigest;
}

/** Hashes with WebCrypto, which copies its input at the call and works on another thread. */
export function createPieceHashes(manifest: Manifest): PieceHashes {
  const book = createDigestBook(manifest);
  let pieces = emptyPieces;
  return {
    async hash(piece, bytes) {
      const hash = await crypto.subtle.digest('SHA-256', bytes);
      return leafOf(piece, new Uint8Array(hash));
    },
    keep(ordinal, leaf) {
      book.recordLeaf(ordinal, leaf);
      pieces = addPiece(pieces, ordinal);
    },
    leafOf: (ordinal) => (hasPiece(pieces, ordinal) ? book.leafAt(ordinal) : undefined),
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
          return book.leafAt(ordinal);
        },
      };
    },
    digest: (failedFiles) => book.digest(failedFiles.map(({ file }) => file)),
  };
}
