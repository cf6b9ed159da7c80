import { createHash } from 'node:crypto';
import {
  equalBytes,
  leafOf,
  type FailedFile,
  type Piece,
  type PieceRange,
} from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import type { SinkInput } from '@burritoshare/peer';

/** What a journal says, in the order in which it was written. */
export type JournalEntry =
  | { readonly type: 'piece'; readonly piece: Piece; readonly leaf: Uint8Array }
  | { readonly type: 'forgotten'; readonly ranges: readonly PieceRange[] }
  | { readonly type: 'generation'; readonly generation: number }
  | {
      readonly type: 'sealed';
      readonly digest: Uint8Array;
      readonly failedFiles: readonly FailedFile[];
    };

/** A piece of a data file: `flushed` outlives the loss of its process. */
export interface StoredPiece {
  readonly bytes: Uint8Array;
  readonly state: 'written' | 'flushed';
}

/** What one delivery has on a disk. */
export interface Folder {
  readonly input: SinkInput;
  readonly data: Map<number, StoredPiece>;
  readonly journal: JournalEntry[];
  /** So many entries of the journal are flushed. */
  flushed: number;
}

/** A receiver's disk, and what is wrong with it at the moment. */
export interface Disk {
  readonly folders: Map<string, Folder>;
  /** Milliseconds at most that an operation takes. */
  latency: number;
  isFull: boolean;
  isBroken: boolean;
  /** Loses what is not flushed, or some of it, or half of a piece. */
  crash(random: Random): void;
}

export const FAST = 4;

export function createDisk(): Disk {
  const folders = new Map<string, Folder>();
  return {
    folders,
    latency: FAST,
    isFull: false,
    isBroken: false,
    crash(random) {
      for (const folder of folders.values()) crash(folder, random);
    },
  };
}

function crash(folder: Folder, random: Random): void {
  const { data, journal } = folder;
  for (const [ordinal, { bytes, state }] of data) {
    if (state === 'flushed') continue;
    const fate = random.below(3);
    if (fate === 0) data.delete(ordinal);
    if (fate === 1) data.set(ordinal, { bytes: torn(bytes), state: 'flushed' });
    if (fate === 2) data.set(ordinal, { bytes, state: 'flushed' });
  }
  journal.length = folder.flushed + random.below(journal.length - folder.flushed + 1);
  folder.flushed = journal.length;
}

function torn(bytes: Uint8Array): Uint8Array {
  const half = new Uint8Array(bytes.length);
  half.set(bytes.subarray(0, bytes.length >> 1));
  return half;
}

/** The leaf of a piece with these bytes. */
export function leafOfBytes(piece: Piece, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return leafOf(piece, new Uint8Array(createHash('sha256').update(bytes).digest()));
}

/** Whether a folder's data file has a piece whole and flushed, with the bytes that this leaf is of. */
export function isSafe({ data }: Folder, piece: Piece, leaf: Uint8Array): boolean {
  const stored = data.get(piece.ordinal);
  return stored?.state === 'flushed' && equalBytes(leafOfBytes(piece, stored.bytes), leaf);
}
