import type { FailedFile } from '../pieces/failed-files.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { PieceRange } from '../protocol/types.ts';

/** A piece that is written and flushed, and its leaf. */
export interface StoredPiece {
  readonly ordinal: number;
  /** 32 bytes. */
  readonly leaf: Uint8Array;
}

/** One entry of the journal that a receiver keeps beside a delivery's bytes. */
export type JournalRecord =
  | { readonly type: 'stored'; readonly pieces: readonly StoredPiece[] }
  /** These pieces are as if they had never been stored. */
  | { readonly type: 'forgotten'; readonly ranges: readonly PieceRange[] }
  /** From 1 (SPEC.md, G1). */
  | { readonly type: 'generation'; readonly generation: number }
  /** All pieces are here, but for those of files that failed, and verified: the digest is the sender's, too. */
  | {
      readonly type: 'finished';
      readonly digest: BundleDigest;
      readonly failedFiles: readonly FailedFile[];
    }
  /** The files of a finished delivery were handed to the person, at this time in milliseconds since 1970. */
  | { readonly type: 'handedOver'; readonly time: number }
  /** What is held belongs to another delivery from here on, which has used no generation yet. */
  | {
      readonly type: 'renewed';
      /** 16 bytes in base64url. */
      readonly delivery: string;
      /** The seat's token, 32 bytes. */
      readonly token: Uint8Array<ArrayBuffer>;
    };

/** What a journal says. */
export interface JournalState {
  readonly pieces: PieceSet;
  /** Of the pieces in the set, and of no others. */
  readonly leaves: ReadonlyMap<number, Uint8Array>;
  /** The highest that was used; 0 before the first. */
  readonly generation: number;
  /** Undefined while something is still to come. */
  readonly finished:
    | {
        readonly digest: BundleDigest;
        readonly failedFiles: readonly FailedFile[];
        /** When it was last handed to the person, in milliseconds since 1970; undefined if it never was. */
        readonly handedOver: number | undefined;
      }
    | undefined;
  /** Undefined for a delivery that is still the one that it began as. */
  readonly renewed:
    { readonly delivery: string; readonly token: Uint8Array<ArrayBuffer> } | undefined;
}

/** Where a journal ends: its next record begins here, and is chained to the last one. */
export interface JournalEnd {
  /** Bytes. */
  readonly length: number;
  /** The last record's sum. */
  readonly sum: Uint8Array;
}
