import { equalBytes, type Manifest, type Piece } from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import { createPieceHashes, PlatformError, type Source } from '@burritoshare/peer/storage';
import { leafOfBytes } from './disk.ts';
import type { SleepyClock } from './sleepy-clock.ts';

/** A file on the sender's disk. */
export interface SourceFile {
  bytes: Uint8Array<ArrayBuffer>;
  state: 'as offered' | 'changed' | 'unreadable';
  /** All contents that it has ever had. */
  readonly versions: Uint8Array[];
}

export interface SimulatedSource extends Source {
  readonly state: 'open' | 'closed';
}

/** Bytes between two changes of the contents' rule, and those after which the rule repeats itself. */
const BLOCK = 16_384;
const PERIOD = 256;

/** Bytes that differ by place, file and version. */
export function contentsOf(size: number, file: number, version: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let value = (file * 31 + version * 17 + 7) & 0xff;
  for (let start = 0; start < size; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    const once = Math.min(PERIOD, block.length);
    for (let at = 0; at < once; at++) {
      value = (value * 5 + 1 + start / BLOCK) & 0xff;
      block[at] = value;
    }
    for (let at = PERIOD; at < block.length; at *= 2) block.copyWithin(at, 0, at);
  }
  return bytes;
}

/** A source over files that may change under it. */
export function createSimulatedSource(options: {
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
  readonly clock: SleepyClock;
  readonly random: Random;
}): SimulatedSource {
  const { manifest, files, clock, random } = options;
  const hashes = createPieceHashes(manifest);
  let state: 'open' | 'closed' = 'open';
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(resolve, random.between(0, 2));
    });
  const load = async (piece: Piece): Promise<Uint8Array<ArrayBuffer>> => {
    await work();
    if (state === 'closed') throw new DOMException('closed', 'AbortError');
    const file = files[piece.file];
    if (file === undefined || file.state === 'unreadable')
      throw new PlatformError('source.unreadable', 'it is gone');
    if (file.state === 'changed') throw new PlatformError('source.changed', 'it has changed');
    const bytes = file.bytes.slice(piece.offset, piece.offset + piece.length);
    const leaf = leafOfBytes(piece, bytes);
    const known = hashes.leafOf(piece.ordinal);
    if (known !== undefined && !equalBytes(known, leaf))
      throw new PlatformError('source.changed', 'a piece is not what it was');
    hashes.keep(piece.ordinal, leaf);
    return bytes;
  };
  return {
    load,
    // Overwrites the bytes, so that code that still reads them sends what the receiver refuses.
    release(bytes) {
      bytes.fill(0xff);
    },
    async matches(piece, leaf) {
      if (hashes.leafOf(piece.ordinal) === undefined) await load(piece);
      const ours = hashes.leafOf(piece.ordinal);
      return ours !== undefined && equalBytes(ours, leaf);
    },
    async digest(failedFiles) {
      await work();
      return hashes.digest(failedFiles);
    },
    close() {
      state = 'closed';
    },
    get state() {
      return state;
    },
  };
}
