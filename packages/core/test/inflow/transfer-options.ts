import type { EntrySet } from '../../src/pieces/choice.ts';
import type { FailedFile } from '../../src/pieces/failed-files.ts';
import type { FailureCode } from '../../src/protocol/types.ts';
import type { LossyPath } from '../../src/testing/index.ts';

/** When a generation ends: this many milliseconds after it began, or once this many frames have arrived. */
export type Cut = { readonly after: number } | { readonly frames: number };

/** A file whose piece at this index can't be read for some times, after some successful reads. */
export interface ReadFailure {
  readonly index: number;
  readonly code: FailureCode;
  readonly after: number;
  readonly times: number;
}

/** A span of time, in milliseconds, in which something holds. */
export interface Spell {
  readonly at: number;
  readonly lasts: number;
}

/** The course of a transfer; the seed decides the rest. */
export interface TransferOptions {
  readonly seed: number;
  readonly sizes: readonly (number | 'folder')[];
  readonly failures: ReadonlyMap<number, ReadFailure>;
  /** How many failed files are retried in total, and after how many milliseconds each. */
  readonly retries: { readonly count: number; readonly after: number };
  readonly skips: readonly {
    readonly at: number;
    readonly by: 'sender' | 'receiver';
    readonly file: number;
  }[];
  /** Entries that are left out at first, and those that the receiver takes later. */
  readonly leftOut: readonly number[];
  readonly takes: readonly { readonly at: number; readonly entry: number }[];
  readonly pauses: readonly (Spell & { readonly by: 'sender' | 'receiver' })[];
  readonly fullDisk: Spell;
  /** When the sender's rate is capped, in milliseconds, and to what rate; undefined lifts the cap. */
  readonly caps: readonly { readonly at: number; readonly bytesPerSecond: number | undefined }[];
  /** One for each generation except the last. */
  readonly cuts: readonly Cut[];
  /** For each generation, the receiver's copies that differ from what is sent from then on. */
  readonly alterations: readonly (readonly number[])[];
  readonly window: number;
  readonly batch: number;
  readonly highWater: number;
  readonly lowWater: number;
  readonly readAhead: number;
  /** Bytes of a pack at most; undefined for none. */
  readonly packBytes: number | undefined;
  readonly lanes: readonly LossyPath[];
  readonly control: LossyPath;
  /**
   * Lanes that end by themselves, in whichever generation it is: at which end, and with or without what is in flight.
   */
  readonly laneEnds: readonly {
    readonly at: number;
    readonly lane: number;
    readonly how: 'retired' | 'lost' | 'broken';
  }[];
  /** The longest time to read or store a piece, in milliseconds. */
  readonly diskDelay: number;
}

/** How one end's flow control ended. */
export interface TransferEnd {
  readonly value: unknown;
  readonly failure: FailureCode | undefined;
  readonly failedFiles: readonly FailedFile[];
  /** Entries that are left out. */
  readonly leftOut: EntrySet;
}

/** The result of a transfer. */
export interface TransferResult {
  readonly outflow: TransferEnd;
  readonly inflow: TransferEnd;
  /** The receiver's files; undefined for a folder, or a file that failed. */
  readonly files: readonly (Uint8Array | undefined)[];
  readonly source: readonly Uint8Array[];
  readonly events: number;
  readonly pieces: number;
  /** What happened on the way, to check that runs cover enough. */
  readonly seen: Readonly<Record<Seen, number>>;
}

export type Seen =
  | 'generations'
  | 'again'
  | 'retried'
  | 'skipped'
  | 'taken'
  | 'stalled'
  | 'paused'
  | 'capped'
  | 'lost'
  | 'lanes'
  | 'moved'
  | 'packed'
  | 'spoiled';
