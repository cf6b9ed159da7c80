import type { AbsentEntry, EntrySet } from '../pieces/choice.ts';
import type { FailedFiles } from '../pieces/failed-files.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { Parcel } from '../pieces/parcels.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { Plan } from '../pieces/plan.ts';
import type { Credit, EntryRange, FailureCode, PieceRange } from '../protocol/types.ts';

/** Input of a receiver's flow control. */
export interface InflowInput {
  readonly plan: Plan;
  /** Files in the bundle, folders not counted. */
  readonly files: number;
  /**
   * Bytes of the first credit, which `accept` has given: at least the bundle's longest piece. Later the window follows
   * the path, between half and twice of this.
   */
  readonly window: number;
  /** Bytes of credit that are returned together (SPEC.md, K4). */
  readonly batch: number;
  /** Pieces that are stored already: the sender was told so before it was given credit (SPEC.md, R2). */
  readonly held?: PieceSet;
  /** Entries that the receiver left out (SPEC.md, E1). */
  readonly leftOut?: EntrySet;
}

/** Why a piece could not be stored. */
export type StoreFailureCode = 'disk.full' | 'disk.failed' | 'memory.limit';

/** What has arrived lately. */
export interface Arrivals {
  readonly bytesPerSecond: number;
  readonly lanes: number;
}

/** Events, as the adapters report them. */
export type InflowEvent =
  /** All of the parcel's bytes are in memory. */
  | ({ readonly type: 'piece.assembled' } & Parcel)
  /** All bytes of a failed file's piece have come; none was kept. */
  | { readonly type: 'piece.discarded'; readonly ordinal: number }
  /** The parcel has been written in full, and its pieces hashed. */
  | ({ readonly type: 'piece.stored' } & Parcel)
  /** With `disk.full` the parcel's bytes are kept for another try; every other code ends the delivery. */
  | ({ readonly type: 'store.failed'; readonly code: StoreFailureCode } & Parcel)
  /** There may be room now. */
  | { readonly type: 'store.retried' }
  /** How long a message to the sender and its answer took. */
  | { readonly type: 'roundtrip.measured'; readonly milliseconds: number }
  /** That many bytes a second have arrived, on that many lanes. */
  | ({ readonly type: 'inflow.measured' } & Arrivals)
  /** These pieces differ from the sender's (SPEC.md, R4). */
  | { readonly type: 'again.received'; readonly ranges: readonly PieceRange[] }
  /** The journal no longer has these pieces. */
  | { readonly type: 'pieces.forgotten'; readonly ranges: readonly PieceRange[] }
  /** The sender tries a file again (SPEC.md, K6). */
  | { readonly type: 'file.retried.received'; readonly file: number }
  /** The sender takes in what was left out (SPEC.md, E5). */
  | { readonly type: 'taken.received'; readonly ranges: readonly EntryRange[] }
  /** The sender can't deliver a file (SPEC.md, K5). */
  | { readonly type: 'file.failed.received'; readonly file: number; readonly code: FailureCode }
  /** The sender has sent everything, and this is its digest as it travels, in base64url (SPEC.md, X1). */
  | { readonly type: 'sent.received'; readonly digest: string }
  | { readonly type: 'digest.computed'; readonly digest: BundleDigest }
  | { readonly type: 'inflow.stopped' };

/** Commands to the adapters. */
export type InflowCommand =
  /** The machine takes pieces from now on. */
  | { readonly type: 'inflow.started' }
  /**
   * Write the parcel and hash its pieces: those of what was assembled that are wanted. Answer `piece.stored` or
   * `store.failed`, even if a file of it has failed meanwhile: its credit depends on the answer.
   */
  | ({ readonly type: 'piece.store' } & Parcel)
  /** Write the parcel, which didn't fit before: the sink has kept its bytes. Answer as for `piece.store`. */
  | ({ readonly type: 'piece.store.again' } & Parcel)
  /** Remove these pieces from the journal, and let the assembler take them once more; answer `pieces.forgotten`. */
  | { readonly type: 'pieces.forget'; readonly ranges: readonly PieceRange[] }
  /** Let the assembler take these pieces once more, and keep them. */
  | {
      readonly type: 'file.readmit';
      readonly file: number;
      readonly ranges: readonly PieceRange[];
    }
  /** Let the assembler take the pieces of these entries, which were left out. */
  | { readonly type: 'entries.admit'; readonly ranges: readonly EntryRange[] }
  /** Tell the sender `missing` (SPEC.md, R4). */
  | {
      readonly type: 'missing.send';
      readonly ranges: readonly PieceRange[];
      readonly more: boolean;
    }
  /** The disk is full: the pieces that didn't fit wait for `store.retried`. */
  | { readonly type: 'inflow.stalled' }
  /** Drop the parcel's bytes. */
  | ({ readonly type: 'piece.discard' } & Parcel)
  /** Keep nothing of the file: neither what is stored, nor what is being assembled, nor what still comes. */
  | { readonly type: 'file.discard'; readonly file: number; readonly code: FailureCode }
  /** Raise the assembler's credit to that much, then tell the sender `credit` (SPEC.md, K2). */
  | ({ readonly type: 'credit.send' } & Credit)
  /** That many bytes in total have been written and hashed. */
  | { readonly type: 'progress.made'; readonly bytes: number }
  /**
   * Compute the bundle's digest without the listed files, which have failed (SPEC.md, D2); answer `digest.computed`.
   */
  | { readonly type: 'digest.compute'; readonly absent: readonly AbsentEntry[] }
  /** All pieces are stored, and both ends' digests are equal (SPEC.md, X2). */
  | { readonly type: 'inflow.verified'; readonly digest: BundleDigest }
  | { readonly type: 'inflow.failed'; readonly code: FailureCode };

/** The machine's context. */
export interface InflowContext {
  readonly plan: Plan;
  /** Files that were not left out, folders not counted. */
  readonly files: number;
  readonly leftOut: EntrySet;
  /** Bytes: the initial window, and the one that fits the path as last measured. */
  readonly windowStart: number;
  readonly window: number;
  /** Milliseconds; undefined until it has been measured. */
  readonly roundTrip: number | undefined;
  readonly batch: number;
  /** Pieces that have been given out to be written and hashed. */
  readonly given: PieceSet;
  /** How many parcels of them have not been answered. */
  readonly storing: number;
  /** Parcels that did not fit on the disk; the sink has their bytes. */
  readonly stuck: readonly Parcel[];
  /** Pieces that have been written and hashed, by this machine or before it started. */
  readonly stored: PieceSet;
  /** Bytes of them. */
  readonly storedBytes: number;
  /** Pieces of failed files that have come and were not kept. */
  readonly discarded: PieceSet;
  /** Bytes of the pieces that have been stored or discarded since the start: credit is due for them. */
  readonly settledBytes: number;
  /** The last credit that the sender was told, and how much was settled then. */
  readonly grantedUpTo: number;
  readonly reportedBytes: number;
  /** Pieces that are neither stored nor of an absent file. */
  readonly missing: number;
  readonly failedFiles: FailedFiles;
  /** The sender's digest, in base64url, once it has come. */
  readonly sentDigest: string | undefined;
  /** This side's digest, once it has been computed. */
  readonly digest: BundleDigest | undefined;
  /** Why it failed, once it has. */
  readonly failure: FailureCode | undefined;
}
