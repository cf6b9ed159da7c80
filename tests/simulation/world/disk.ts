import { hash } from 'node:crypto';
import { concatBytes, equalBytes, leafOf, type Piece } from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import type { SinkInput } from '@burritoshare/peer';

/** A piece of a data file: `flushed` outlives the loss of its process. */
export interface StoredPiece {
  readonly bytes: Uint8Array;
  readonly state: 'written' | 'flushed';
}

/** One delivery's files on a disk. */
export interface Folder {
  readonly input: SinkInput;
  readonly data: Map<number, StoredPiece>;
  /** The journal's bytes, as core writes its records. */
  journal: Uint8Array<ArrayBuffer>;
  /** How many of the journal's bytes are flushed. */
  flushed: number;
  /** The pieces and the generation that were journaled and flushed, and not forgotten since: no crash may lose them. */
  readonly safe: { readonly pieces: Set<number>; generation: number };
}

export function createFolder(input: SinkInput): Folder {
  const safe = { pieces: new Set<number>(), generation: 0 };
  return { input, data: new Map(), journal: new Uint8Array(), flushed: 0, safe };
}

/** A receiver's disk, and its present faults. */
export interface Disk {
  readonly folders: Map<string, Folder>;
  /** Milliseconds at most that an operation takes. */
  latency: number;
  isFull: boolean;
  isBroken: boolean;
  /** Loses bytes that are not flushed: all, some, or half of a piece. */
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
  const { data, journal, flushed } = folder;
  for (const [ordinal, { bytes, state }] of data) {
    if (state === 'flushed') continue;
    const fate = random.below(3);
    if (fate === 0) data.delete(ordinal);
    if (fate === 1) data.set(ordinal, { bytes: torn(bytes), state: 'flushed' });
    if (fate === 2) data.set(ordinal, { bytes, state: 'flushed' });
  }
  const kept = flushed + random.below(journal.length - flushed + 1);
  // A disk may have made the file longer before it wrote the bytes: zeros, or whatever was there.
  const stale = Uint8Array.from({ length: random.chance(0.3) ? random.below(60) : 0 }, () =>
    random.chance(0.5) ? 0 : random.below(256),
  );
  folder.journal = concatBytes(journal.subarray(0, kept), stale);
  folder.flushed = folder.journal.length;
}

function torn(bytes: Uint8Array): Uint8Array {
  const half = new Uint8Array(bytes.length);
  half.set(bytes.subarray(0, bytes.length >> 1));
  return half;
}

/** The leaf of a piece with these bytes. */
export function leafOfBytes(piece: Piece, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return leafOf(piece, new Uint8Array(hash('sha256', bytes, 'buffer')));
}

/** Whether a folder's data file has a piece flushed, with bytes that have this leaf. */
export function isSafe({ data }: Folder, piece: Piece, leaf: Uint8Array): boolean {
  const stored = data.get(piece.ordinal);
  return stored?.state === 'flushed' && equalBytes(leafOfBytes(piece, stored.bytes), leaf);
}
