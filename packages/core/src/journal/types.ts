import type { AbsentEntry, EntrySet } from '../pieces/choice.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { EntryRange, PieceRange } from '../protocol/types.ts';

/** A piece that is written and flushed, and its leaf. */
export interface StoredPiece {
  readonly ordinal: number;
  /** 32 bytes. */
  readonly leaf: Uint8Array;
}

/** What a person has accepted of an offer (SPEC.md, E4). */
export interface Choice {
  /** How many entries the person saw. */
  readonly entries: number;
  /** Those that are left out: in ascending order, with a gap between each two, below `entries`. */
  readonly leftOut: readonly EntryRange[];
}

/** One entry of the journal that a receiver keeps beside a delivery's bytes. */
export type JournalRecord =
  | { readonly type: 'stored'; readonly pieces: readonly StoredPiece[] }
  /** Treat these pieces as if they had never been stored. */
  | { readonly type: 'forgotten'; readonly ranges: readonly PieceRange[] }
  /** From 1 (SPEC.md, G1). */
  | { readonly type: 'generation'; readonly generation: number }
  /** All pieces are here and verified, except those of absent entries. The digest equals the sender's. */
  | {
      readonly type: 'finished';
      readonly digest: BundleDigest;
      readonly absent: readonly AbsentEntry[];
    }
  /** What the person has accepted; a later one replaces it. It is flushed before any piece of what it takes. */
  | ({ readonly type: 'chosen' } & Choice)
  /** The files of a finished delivery were handed to the person, at this time in milliseconds since 1970. */
  | { readonly type: 'handedOver'; readonly time: number }
  /** From here on, the pieces belong to another delivery, which has used no generation yet. */
  | {
      readonly type: 'renewed';
      /** 16 bytes in base64url. */
      readonly delivery: string;
      /** The seat's token, 32 bytes. */
      readonly token: Uint8Array<ArrayBuffer>;
    };

/** The state that a journal's records add up to. */
export interface JournalState {
  readonly pieces: PieceSet;
  /** Leaves of exactly the pieces in the set. */
  readonly leaves: ReadonlyMap<number, Uint8Array>;
  /** The highest generation that was used; 0 before the first. */
  readonly generation: number;
  /** Undefined until the delivery is complete. */
  readonly finished:
    | {
        readonly digest: BundleDigest;
        readonly absent: readonly AbsentEntry[];
        /** When it was last handed to the person, in milliseconds since 1970; undefined if it never was. */
        readonly handedOver: number | undefined;
      }
    | undefined;
  /** Entries that the person has left out. */
  readonly leftOut: EntrySet;
  /** Undefined unless the pieces were taken over by another delivery. */
  readonly renewed:
    { readonly delivery: string; readonly token: Uint8Array<ArrayBuffer> } | undefined;
}

/** The end of a journal: its next record begins here, and is chained to the last one. */
export interface JournalEnd {
  /** Bytes. */
  readonly length: number;
  /** The last record's sum. */
  readonly sum: Uint8Array;
}
