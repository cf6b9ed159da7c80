import type { FailedFile } from '../../src/pieces/failed-files.ts';
import type { FailureCode } from '../../src/protocol/types.ts';
import type { LossyPath } from '../../src/testing/index.ts';

/** When a generation ends: this many milliseconds after it began, or once this many frames have arrived. */
export type Cut = { readonly after: number } | { readonly frames: number };

/** A file that can't be read at its piece of this index, for so many times after so many that went well. */
export interface ReadFailure {
  readonly index: number;
  readonly code: FailureCode;
  readonly after: number;
  readonly times: number;
}

/** From when to when, in milliseconds, something holds. */
export interface Spell {
  readonly at: number;
  readonly lasts: number;
}

/** A course of events, but for what the seed decides. */
export interface TransferOptions {
  readonly seed: number;
  readonly sizes: readonly (number | 'folder')[];
  readonly failures: ReadonlyMap<number, ReadFailure>;
  /** How many failed files are asked for again, in all, and after how many milliseconds each. */
  readonly retries: { readonly count: number; readonly after: number };
  readonly skips: readonly {
    readonly at: number;
    readonly by: 'sender' | 'receiver';
    readonly file: number;
  }[];
  readonly pauses: readonly (Spell & { readonly by: 'sender' | 'receiver' })[];
  readonly fullDisk: Spell;
  /** From when on, in milliseconds, the sender's rate is capped, and how; undefined lifts it. */
  readonly caps: readonly { readonly at: number; readonly bytesPerSecond: number | undefined }[];
  /** One for each generation but the last. */
  readonly cuts: readonly Cut[];
  /** For each generation, copies at the receiver's end that differ from what is sent from then on. */
  readonly alterations: readonly (readonly number[])[];
  readonly window: number;
  readonly batch: number;
  readonly highWater: number;
  readonly lowWater: number;
  readonly readAhead: number;
  readonly lanes: readonly LossyPath[];
  readonly control: LossyPath;
  /** Lanes that end by themselves, in whatever generation there is: at whose end, and with what is on its way or not. */
  readonly laneEnds: readonly {
    readonly at: number;
    readonly lane: number;
    readonly how: 'retired' | 'lost' | 'broken';
  }[];
  /** Milliseconds at most for reading, and for storing, a piece. */
  readonly diskDelay: number;
}

/** How one end's flow control ended. */
export interface TransferEnd {
  readonly value: unknown;
  readonly failure: FailureCode | undefined;
  readonly failedFiles: readonly FailedFile[];
}

/** What became of a transfer. */
export interface TransferResult {
  readonly outflow: TransferEnd;
  readonly inflow: TransferEnd;
  /** The receiver's files; undefined for one that failed, or a folder. */
  readonly files: readonly (Uint8Array | undefined)[];
  readonly source: readonly Uint8Array[];
  readonly events: number;
  readonly pieces: number;
  /** What happened on the way: so that a run tells whether it has been anywhere. */
  readonly seen: Readonly<Record<Seen, number>>;
}

export type Seen =
  | 'generations'
  | 'again'
  | 'retried'
  | 'skipped'
  | 'stalled'
  | 'paused'
  | 'capped'
  | 'lost'
  | 'lanes'
  | 'moved'
  | 'spoiled';
