import type { FailedFiles, FailedFile } from '../pieces/failed-files.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { Plan } from '../pieces/plan.ts';
import type { Credit, FailureCode, PieceRange } from '../protocol/types.ts';

/** What a sender's flow control starts from. */
export interface OutflowInput {
  readonly plan: Plan;
  /** Files in the bundle, folders not counted. */
  readonly files: number;
  /** Bytes that may be under way at most, all lanes together. */
  readonly highWater: number;
  /** Bytes at which filling starts again at most, all lanes together. */
  readonly lowWater: number;
  /** Bytes that a lane may have under way until its goodput has been measured: all of its part if not given. */
  readonly underWayStart?: number;
  /** Pieces that may be in memory or on their way there with one lane, at least 1; with each further lane one more. */
  readonly readAhead: number;
  /** More than that while all together they are no longer than `readAhead` whole pieces: up to this many. */
  readonly readAheadSmall?: number;
  /** Lanes that are open from the start: lane 0 if nothing else is said. */
  readonly lanes?: readonly number[];
  /** Pieces that the receiver says it holds: they are compared, and only what differs is sent (SPEC.md, R3). */
  readonly held?: PieceSet;
  /** Files that failed in an earlier generation: the receiver is told again (SPEC.md, R5). */
  readonly failedFiles?: readonly FailedFile[];
  /** Bytes a second that all lanes together are given at most; undefined for no cap. */
  readonly bytesPerSecond?: number | undefined;
}

/** What has arrived of a lane. */
export interface Goodput {
  readonly bytesPerSecond: number;
  /** Whether there was something under way all the time. */
  readonly queue: 'filled' | 'dry';
  /** Milliseconds from handing a message over to hearing that it has arrived, at best; undefined if not known yet. */
  readonly roundTrip: number | undefined;
}

/** What has happened, as the adapters tell it. */
export type OutflowEvent =
  /** The receiver accepted, and gave its first credit, the window (SPEC.md, K2). */
  | { readonly type: 'outflow.started'; readonly credit: number }
  | ({ readonly type: 'credit.received' } & Credit)
  /** The piece's bytes are in memory, all of them, and hashed. */
  | { readonly type: 'piece.read'; readonly ordinal: number }
  /** A file can't be read, or has changed since it was offered. */
  | { readonly type: 'read.failed'; readonly file: number; readonly code: FailureCode }
  /** The last `chunks.send` has been handed to the channel; `buffered` bytes of messages are now under way (SPEC.md, F6). */
  | { readonly type: 'chunks.sent'; readonly lane: number; readonly buffered: number }
  /** What is under way on the lane that `buffer.await` asked about is down to its mark. */
  | { readonly type: 'buffer.drained'; readonly lane: number; readonly buffered: number }
  /** The pieces that `pieces.check` named have been compared; `different` are those that are not the same. */
  | { readonly type: 'pieces.checked'; readonly different: readonly PieceRange[] }
  /** What the receiver lacks of what it was asked about (SPEC.md, R4); `more` follows. */
  | {
      readonly type: 'missing.received';
      readonly ranges: readonly PieceRange[];
      readonly more: boolean;
    }
  /** A person on either side doesn't want this file. */
  | { readonly type: 'file.skipped'; readonly file: number }
  /** A person on either side wants a file that failed to be tried again. */
  | { readonly type: 'file.retried'; readonly file: number }
  /** From now on so many bytes a second at most, all lanes together; undefined for no cap. */
  | { readonly type: 'rate.changed'; readonly bytesPerSecond: number | undefined }
  /** So many bytes a second of a lane have arrived. */
  | ({ readonly type: 'goodput.measured'; readonly lane: number } & Goodput)
  /** So much time has really passed since the last `allowance.await`. */
  | { readonly type: 'allowance.grown'; readonly milliseconds: number }
  | { readonly type: 'outflow.paused' }
  | { readonly type: 'outflow.resumed' }
  | { readonly type: 'lane.opened'; readonly lane: number }
  /** The lane is to be closed: it finishes the piece that is open on it, and gets no other. */
  | { readonly type: 'lane.retired'; readonly lane: number }
  /** The lane is gone. What it had taken may have arrived, or not. */
  | { readonly type: 'lane.lost'; readonly lane: number }
  /** The receiver has had so many frames from the lane, and takes no more (SPEC.md, W4). */
  | { readonly type: 'lane.closed'; readonly lane: number; readonly frames: number }
  | { readonly type: 'outflow.stopped' };

/** What the adapters should do. */
export type OutflowCommand =
  /** Read the piece whole and hash it; answer `piece.read` or `read.failed`. */
  | { readonly type: 'piece.load'; readonly ordinal: number }
  /** Hand the piece's chunks from `from` up to, and without, `to` to the lane's channel; answer `chunks.sent`. */
  | {
      readonly type: 'chunks.send';
      readonly lane: number;
      readonly ordinal: number;
      readonly from: number;
      readonly to: number;
    }
  /** Answer `buffer.drained` once `low` bytes of the lane's messages are under way, or fewer, which may be now. */
  | { readonly type: 'buffer.await'; readonly lane: number; readonly low: number }
  /**
   * Answer `allowance.grown` after so many milliseconds, with those that have really passed. It takes the place of
   * an earlier one that has not been answered.
   */
  | { readonly type: 'allowance.await'; readonly milliseconds: number }
  /** The piece's bytes are not needed any more, not even if they are still being read. */
  | { readonly type: 'piece.release'; readonly ordinal: number }
  /**
   * Compare these pieces with the leaves that the receiver presented, reading and hashing those that have no
   * leaf here; answer `pieces.checked`, after a `read.failed` for each file that can't be read.
   */
  | ({ readonly type: 'pieces.check' } & PieceRange)
  /** Tell the receiver `lane.close` (SPEC.md, W3). */
  | { readonly type: 'lane.close'; readonly lane: number; readonly frames: number }
  /**
   * Bytes that were lost with a lane can't be read again. Their piece has been charged and can't be finished:
   * only a new generation frees its credit (SPEC.md, W5).
   */
  | { readonly type: 'generation.spoil' }
  /** Tell the receiver `compared`: how many of the pieces that it holds have been compared since the last one (SPEC.md, R8). */
  | { readonly type: 'compared.send'; readonly pieces: number }
  /** Tell the receiver `again` (SPEC.md, R4). */
  | { readonly type: 'again.send'; readonly ranges: readonly PieceRange[] }
  /** Tell the receiver `file.failed` (SPEC.md, K5). */
  | { readonly type: 'file.fail'; readonly file: number; readonly code: FailureCode }
  /** Tell the receiver `file.retried` (SPEC.md, K6). */
  | { readonly type: 'file.retry'; readonly file: number }
  /** The receiver has written and hashed so many bytes in all. */
  | { readonly type: 'progress.made'; readonly bytes: number }
  /** Every piece of every file that did not fail has been sent and credited (SPEC.md, X1). */
  | { readonly type: 'outflow.finished'; readonly failedFiles: readonly FailedFile[] }
  /** It can't go on: the receiver broke the rules (`protocol`), or every file failed (SPEC.md, X4). */
  | { readonly type: 'outflow.failed'; readonly code: FailureCode };

/** A piece that is in memory, or on its way there, and has not been opened. */
export interface ReadPiece {
  readonly ordinal: number;
  /** Bytes. */
  readonly length: number;
  readonly state: 'loading' | 'loaded';
  /** Those of its chunks that were lost with a lane, after it was charged; undefined if it hasn't been open. */
  readonly lost: Chunks | undefined;
}

/** Chunks of a piece, from `from` up to, and without, `to`. */
export interface Chunks {
  readonly ordinal: number;
  readonly from: number;
  readonly to: number;
}

/** Chunks that a lane's channel has been given, and those up to `end` that were to follow. */
export interface GivenChunks extends Chunks {
  readonly end: number;
}

/** A piece that has been charged and is going out, or a part of it: `from` and `to` are what this lane has of it. */
export interface OpenPiece extends Chunks {
  /** Chunks that the channel has taken. */
  readonly sent: number;
  /** Chunks that the channel has taken or been given. */
  readonly given: number;
}

/** How fast bytes are handed over. */
export type Pace =
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
  /** `ready` takes a burst, `sending` has one, `draining` waits for less to be under way. */
  readonly state: 'ready' | 'sending' | 'draining';
  /** Bytes under way when last heard of. They have only become fewer since. */
  readonly buffered: number;
  /** Bytes a second that arrive, and milliseconds of a round trip; undefined until they have been measured. */
  readonly goodput: number | undefined;
  readonly roundTrip: number | undefined;
  readonly open: OpenPiece | undefined;
  /** `retiring` finishes the piece that is open; `closing` waits for the receiver to say what it has had. */
  readonly use: 'used' | 'retiring' | 'closing';
  /** Frames that its channel has been given. */
  readonly given: number;
  /** The last pieces that it has finished: all of those that may not have arrived. */
  readonly finished: readonly GivenChunks[];
  /** File bytes of them. */
  readonly finishedBytes: number;
}

/** What the machine knows. Counters only grow. */
export interface OutflowContext {
  readonly plan: Plan;
  readonly files: number;
  readonly highWater: number;
  readonly lowWater: number;
  readonly underWayStart: number;
  readonly readAhead: number;
  readonly readAheadSmall: number;
  /** Pieces that the order passes over: the receiver said that it holds them, or is asked what it lacks. */
  readonly held: PieceSet;
  /** Bytes of those that it held from the start and that have not turned out to be different. */
  readonly heldBytes: number;
  /** Those of them that have not been compared, and the range that is being. */
  readonly unchecked: PieceSet;
  readonly checking: PieceRange | undefined;
  /** Pieces that the receiver has been asked about, and how many answers are still to come. */
  readonly asked: PieceSet;
  readonly questions: number;
  /** Pieces that it lacks after all, although the others' order has passed them. */
  readonly again: PieceSet;
  /** Pieces of which chunks were lost with a lane, and that are to be loaded once more. */
  readonly lost: readonly Chunks[];
  /** Files to be tried again as soon as nothing is out. */
  readonly retries: readonly number[];
  /** `paused` hands nothing more to a channel. */
  readonly flow: 'running' | 'paused';
  readonly pace: Pace;
  readonly lanes: readonly OutflowLane[];
  /** In manifest order. */
  readonly ahead: readonly ReadPiece[];
  /** The first piece that has not been asked for. */
  readonly nextOrdinal: number;
  /** Bytes of pieces that may be charged in all. */
  readonly creditUpTo: number;
  /** Bytes of the pieces that have been charged. */
  readonly openedBytes: number;
  /** Bytes of them that the receiver has settled. */
  readonly creditedBytes: number;
  /** Bytes of file that channels have taken. */
  readonly sentBytes: number;
  readonly failedFiles: FailedFiles;
  /** Why it failed, once it has. */
  readonly failure: FailureCode | undefined;
}
