import { createDigestBook, createPlan, leafOf } from '@burritoshare/core';
import type { FailedFile, Manifest, Piece } from '@burritoshare/core';

/** Keeps the leaves of the pieces that passed through one end, and folds them into the bundle's digest. */
export interface LeafBook {
  /** Hashes a piece and keeps its leaf, in place of an earlier one. The bytes may change once this has returned. */
  record(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /**
   * The bundle's digest (SPEC.md, D3).
   *
   * @throws LocalProtocolError `state` when a piece of a file that did not fail has no leaf.
   */
  digest(failedFiles: readonly FailedFile[]): Uint8Array;
}

/** Hashes with WebCrypto, which copies its input at the call and works on another thread. */
export function createLeafBook(manifest: Manifest): LeafBook {
  const book = createDigestBook(createPlan(manifest));
  return {
    async record(piece, bytes) {
      const hash = await crypto.subtle.digest('SHA-256', bytes);
      book.recordLeaf(piece.ordinal, leafOf(piece, new Uint8Array(hash)));
    },
    digest(failedFiles) {
      for (const { file } of failedFiles) book.markFailed(file);
      return book.digest();
    },
  };
}
