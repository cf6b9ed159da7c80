import type { EntrySet } from '../pieces/choice.ts';
import type { FailedFiles, FailedFile } from '../pieces/failed-files.ts';
import type { Parcel } from '../pieces/parcels.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { Plan } from '../pieces/plan.ts';
import type { Credit, EntryRange, FailureCode, PieceRange } from '../protocol/types.ts';

/** Input of a sender's flow control. */
export interface OutflowInput {
  readonly plan: Plan;
  /** Files in the bundle, folders not counted. */
  readonly files: number;
  /** Bytes that may be in flight on all lanes together. */
  readonly highWater: number;
  /** Bytes in flight at which filling starts again at the latest, on all lanes together. */
  readonly lowWater: number;
  /** Bytes that a lane may have in flight until its goodput has been measured; all of its share if not given. */
  readonly inFlightStart?: number;
  /** Parcels that may be in memory or loading with one lane, at least 1. Each further lane adds one. */
  readonly readAhead: number;
  /** Bytes of a pack at most, up to PIECE_BYTES; without it each piece travels alone. */
  readonly packBytes?: number;
  /** Lanes that are open from the start; lane 0 if not given. */
  readonly lanes?: readonly number[];
  /** Pieces that the receiver says it holds: they are compared, and sent only if they differ (SPEC.md, R3). */
  readonly held?: PieceSet;
  /** Files that failed in an earlier generation: the receiver is told again (SPEC.md, R5). */
  readonly failedFiles?: readonly FailedFile[];
  /** Entries that the receiver left out (SPEC.md, E1). None of them is in `failedFiles`, and none of their pieces held. */
  readonly leftOut?: EntrySet;
  /** Bytes a second that all lanes together are given; undefined for no cap. */
  readonly bytesPerSecond?: number | undefined;
}

/** How much arrives through a lane. */
export interface Goodput {
  readonly bytesPerSecond: number;
  /** Whether something was in flight all the time. */
  readonly queue: 'filled' | 'dry';
  /** Shortest time from sending a message to the report that it has arrived, in milliseconds; undefined until known. */
  readonly roundTrip: number | undefined;
}

/** Events, as the adapters report them. */
export type OutflowEvent =
  /** The receiver accepted, and gave its first credit, the window (SPEC.md, K2). */
  | { readonly type: 'outflow.started'; readonly credit: number }
  | ({ readonly type: 'credit.received' } & Credit)
  /** All bytes of the parcel, or of those of its pieces that could be read, are in memory and hashed. */
  | ({ readonly type: 'piece.read' } & Parcel)
  /** A file can't be read, or has changed since it was offered. */
  | { readonly type: 'read.failed'; readonly file: number; readonly code: FailureCode }
  /** The last `chunks.send` is with the channel; `buffered` bytes of messages are now in flight (SPEC.md, F6). */
  | { readonly type: 'chunks.sent'; readonly lane: number; readonly buffered: number }
  /** What is in flight on the lane of `buffer.await` is down to its mark. */
  | { readonly type: 'buffer.drained'; readonly lane: number; readonly buffered: number }
  /** The pieces of `pieces.check` have been compared; `different` are those that differ. */
  | { readonly type: 'pieces.checked'; readonly different: readonly PieceRange[] }
  /**
   * The pieces that the receiver lacks, of those that it was asked about (SPEC.md, R4). `more`: another message
   * follows.
   */
  | {
      readonly type: 'missing.received';
      readonly ranges: readonly PieceRange[];
      readonly more: boolean;
    }
  /** A person on either side doesn't want this file. */
  | { readonly type: 'file.skipped'; readonly file: number }
  /** A person on either side wants a file that failed to be tried again. */
  | { readonly type: 'file.retried'; readonly file: number }
  /** The receiver wants entries that it left out; others are ignored (SPEC.md, E5). */
  | { readonly type: 'entries.taken'; readonly ranges: readonly EntryRange[] }
  /** A new cap for all lanes together, in bytes a second; undefined for no cap. */
  | { readonly type: 'rate.changed'; readonly bytesPerSecond: number | undefined }
  /** Bytes that all lanes together may have in flight, so that others on the path have room; undefined for no limit. */
  | { readonly type: 'inFlight.limited'; readonly bytes: number | undefined }
  /** That many bytes a second of a lane have arrived. */
  | ({ readonly type: 'goodput.measured'; readonly lane: number } & Goodput)
  /** That much time has really passed since the last `allowance.await`. */
  | { readonly type: 'allowance.grown'; readonly milliseconds: number }
  | { readonly type: 'outflow.paused' }
  | { readonly type: 'outflow.resumed' }
  | { readonly type: 'lane.opened'; readonly lane: number }
  /** The lane is to be closed: it finishes the piece that is open on it, and gets no other. */
  | { readonly type: 'lane.retired'; readonly lane: number }
  /** The lane is gone. Chunks that its channel had taken may or may not have arrived. */
  | { readonly type: 'lane.lost'; readonly lane: number }
  /** The receiver has had that many chunks from the lane, and takes no more (SPEC.md, W4). */
  | { readonly type: 'lane.closed'; readonly lane: number; readonly chunks: number }
  | { readonly type: 'outflow.stopped' };

/** Commands to the adapters. */
export type OutflowCommand =
  /** Read the whole parcel and hash its pieces; answer `read.failed` for each that failed, then `piece.read`. */
  | ({ readonly type: 'piece.load' } & Parcel)
  /**
   * Hand the parcel's chunks from `from` up to, but not including, `to` to the lane's channel, at most `frame` of them
   * in a message; answer `chunks.sent`.
   */
  | ({ readonly type: 'chunks.send'; readonly lane: number; readonly frame: number } & Chunks)
  /** Answer `buffer.drained` once at most `low` bytes of the lane's messages are in flight, which may be now. */
  | { readonly type: 'buffer.await'; readonly lane: number; readonly low: number }
  /**
   * After that many milliseconds answer `allowance.grown`, with the time that has really passed. Replaces an earlier
   * one that has not been answered.
   */
  | { readonly type: 'allowance.await'; readonly milliseconds: number }
  /** The bytes of these pieces are not needed any more, not even if they are still being read. */
  | ({ readonly type: 'piece.release' } & Parcel)
  /**
   * Compare these pieces with the leaves that the receiver presented; read and hash those that have no leaf here.
   * Answer `pieces.checked`, after a `read.failed` for each file that can't be read.
   */
  | ({ readonly type: 'pieces.check' } & PieceRange)
  /** Tell the receiver `lane.close` (SPEC.md, W3). */
  | { readonly type: 'lane.close'; readonly lane: number; readonly chunks: number }
  /**
   * Bytes that were lost with a lane can't be read again, so their piece, which has been charged, can't be finished.
   * Only a new generation frees its credit (SPEC.md, W5).
   */
  | { readonly type: 'generation.spoil' }
  /** Tell the receiver `compared`: how many of its pieces have been compared since the last one (SPEC.md, R8). */
  | { readonly type: 'compared.send'; readonly pieces: number }
  /** Tell the receiver `again` (SPEC.md, R4). */
  | { readonly type: 'again.send'; readonly ranges: readonly PieceRange[] }
  /** Tell the receiver `file.failed` (SPEC.md, K5). */
  | { readonly type: 'file.fail'; readonly file: number; readonly code: FailureCode }
  /** Tell the receiver `file.retried` (SPEC.md, K6). */
  | { readonly type: 'file.retry'; readonly file: number }
  /** Tell the receiver `taken` (SPEC.md, E5). */
  | { readonly type: 'entries.take'; readonly ranges: readonly EntryRange[] }
  /** The receiver has written and hashed that many bytes in total. */
  | { readonly type: 'progress.made'; readonly bytes: number }
  /** Every piece of every file that did not fail has been sent and credited (SPEC.md, X1). */
  | { readonly type: 'outflow.finished'; readonly failedFiles: readonly FailedFile[] }
  /** It can't go on: the receiver broke the rules (`protocol`), or every file failed (SPEC.md, X4). */
  | { readonly type: 'outflow.failed'; readonly code: FailureCode };

/** A parcel that is in memory or loading, and has not been opened. */
export interface ReadPiece extends Parcel {
  /** Bytes. */
  readonly length: number;
  readonly state: 'loading' | 'loaded';
  /** Chunks of it that were lost with a lane, after it was charged; undefined if it hasn't been open. */
  readonly lost: Chunks | undefined;
}

/** Chunks of a parcel, from `from` up to, but not including, `to`. */
export interface Chunks extends Parcel {
  readonly from: number;
  readonly to: number;
}

/** Chunks that a lane's channel was given. Those up to `end` were to follow. */
export interface GivenChunks extends Chunks {
  readonly end: number;
}

/** A parcel that has been charged and is being sent, or a part of it: this lane sends chunks `from` to `to`. */
export interface OpenPiece extends Chunks {
  /** Chunks that the channel has taken. */
  readonly sent: number;
  /** Chunks that the channel has taken or been given. */
  readonly given: number;
}

/** How fast bytes are handed over. */
export type Pacer =
  | { readonly state: 'free' }
  | {
      /** `ticking` while `allowance.await` has not been answered. */
      readonly state: 'resting' | 'ticking';
      /** The cap, at least 1. */
      readonly bytesPerSecond: number;
      /** Bytes that may be handed over now. */
      readonly allowance: number;
      /** Whether something was handed over, or had to wait for its allowance, since time last passed. */
      readonly demand: 'none' | 'some';
    };

/** A lane, as far as sending goes. */
export interface OutflowLane {
  readonly lane: number;
  /** `ready` takes a burst, `sending` has one, `draining` waits for less to be in flight. */
  readonly state: 'ready' | 'sending' | 'draining';
  /** Bytes in flight as last reported. They have only become fewer since. */
  readonly buffered: number;
  /** Bytes a second that arrive, and milliseconds of a round trip; undefined until they have been measured. */
  readonly goodput: number | undefined;
  readonly roundTrip: number | undefined;
  readonly open: OpenPiece | undefined;
  /** `retiring` finishes the open piece; `closing` waits for the receiver's count of chunks. */
  readonly use: 'used' | 'retiring' | 'closing';
  /** Frames that its channel has been given. */
  readonly given: number;
  /** The pieces that it finished last, with all that may not have arrived. */
  readonly finished: readonly GivenChunks[];
  /** File bytes of these. */
  readonly finishedBytes: number;
}

/** The machine's context. Counters only grow. */
export interface OutflowContext {
  readonly plan: Plan;
  /** Files that were not left out, folders not counted. */
  readonly files: number;
  /** Nothing of these entries is read, opened, held or compared in this generation. */
  readonly leftOut: EntrySet;
  readonly highWater: number;
  readonly lowWater: number;
  readonly inFlightStart: number;
  /** Bytes that all lanes together may have in flight for others' sake; undefined for no limit. */
  readonly inFlightLimit: number | undefined;
  readonly readAhead: number;
  /** Bytes of a pack at most. No pack is longer than the first credit, or it might wait for ever (K2). */
  readonly packBytes: number;
  /** Pieces that the order passes over: the receiver said that it holds them, or was asked whether it lacks them. */
  readonly held: PieceSet;
  /** Bytes of the pieces that it held from the start and that have not turned out to differ. */
  readonly heldBytes: number;
  /** Pieces of these that have not been compared, and the range that is being compared. */
  readonly unchecked: PieceSet;
  readonly checking: PieceRange | undefined;
  /** Pieces that the receiver was asked about, and how many answers are still due. */
  readonly asked: PieceSet;
  readonly questions: number;
  /** Pieces that it lacks after all, and that the order has already passed. */
  readonly again: PieceSet;
  /** Chunks that were lost with a lane; their pieces have to be loaded again. */
  readonly lost: readonly Chunks[];
  /** Files to retry as soon as no chunk is out. */
  readonly retries: readonly number[];
  /** `paused` hands nothing more to a channel. */
  readonly flow: 'running' | 'paused';
  readonly pacer: Pacer;
  readonly lanes: readonly OutflowLane[];
  /** In manifest order. */
  readonly ahead: readonly ReadPiece[];
  /** The first piece that has not been loaded. */
  readonly nextOrdinal: number;
  /** Bytes of pieces that may be charged in total. */
  readonly creditUpTo: number;
  /** Bytes of the pieces that have been charged. */
  readonly openedBytes: number;
  /** Bytes of these pieces that the receiver has settled. */
  readonly creditedBytes: number;
  /** File bytes that channels have taken. */
  readonly sentBytes: number;
  readonly failedFiles: FailedFiles;
  /** Why it failed, once it has. */
  readonly failure: FailureCode | undefined;
}
