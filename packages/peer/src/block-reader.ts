import { PIECE_BYTES } from '@burritoshare/core';
import type { Piece } from '@burritoshare/core';

import { PlatformError } from './ports.ts';
import { createSmallReader, SMALL_FILE_BYTES } from './small-reader.ts';

/** Bytes read at once. Chromium reads slices of 16 KiB at 19 MB/s, of 1 MiB at 250, of 4 MiB at 430 to 520 (m). */
const BLOCK_BYTES = 4 * PIECE_BYTES;

/** Blocks held: the one whose pieces are being served, and the one that is read ahead of it. */
const BLOCKS_MAX = 2;

/** Reads pieces of files, large files in blocks with one ahead, small ones together. Holds at most two blocks. */
export interface BlockReader {
  /**
   * Reads a piece of a blob that is as large as its file was offered. The bytes are a view of the block that
   * they lie in, with their neighbours.
   *
   * @throws PlatformError `source.changed` or `source.unreadable`.
   */
  read(blob: Blob, piece: Piece): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of the blocks. */
  clear(): void;
}

/** Reads blobs of one bundle; pieces are told apart by their file's index in its manifest. */
export function createBlockReader(): BlockReader {
  const blocks = new Map<string, Promise<ArrayBuffer>>();
  const readSmall = createSmallReader((blob) => readSlice(blob, 0, blob.size));

  const blockAt = (blob: Blob, file: number, start: number): Promise<ArrayBuffer> => {
    const key = keyOf(file, start);
    const held = blocks.get(key);
    if (held !== undefined) return held;
    const block = readSlice(blob, start, Math.min(start + BLOCK_BYTES, blob.size));
    // A block that failed is not kept. (This also takes the rejection of one that nobody asks for.)
    block.catch(() => blocks.get(key) === block && blocks.delete(key));
    blocks.set(key, block);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= BLOCKS_MAX) break;
      blocks.delete(oldest);
    }
    return block;
  };

  return {
    async read(blob, piece) {
      if (blob.size <= SMALL_FILE_BYTES) return readSmall(blob);
      const start = piece.offset - (piece.offset % BLOCK_BYTES);
      const end = Math.min(start + BLOCK_BYTES, blob.size);
      const key = keyOf(piece.file, start);
      const isAlone = end - start === piece.length;
      // A small file is one read, and nothing of it is held.
      if (isAlone && !blocks.has(key)) return new Uint8Array(await readSlice(blob, start, end));
      const block = blockAt(blob, piece.file, start);
      if (end < blob.size) void blockAt(blob, piece.file, end);
      if (piece.offset + piece.length === end) blocks.delete(key);
      const from = piece.offset - start;
      return new Uint8Array(await block, from, piece.length);
    },
    clear: () => blocks.clear(),
  };
}

function keyOf(file: number, start: number): string {
  return `${file}/${start}`;
}

async function readSlice(blob: Blob, start: number, end: number): Promise<ArrayBuffer> {
  // A slice is another blob, which Chromium makes in another process: for a small file as much again as reading it (m).
  const part = start === 0 && end === blob.size ? blob : blob.slice(start, end);
  const bytes = await part.arrayBuffer().catch((error: unknown) => {
    throw readFailure(error);
  });
  if (bytes.byteLength !== end - start) {
    throw new PlatformError('source.changed', `read ${bytes.byteLength} of ${end - start} bytes`);
  }
  return bytes;
}

// Seen in Chromium 156: a file that grew, shrank, was written to or replaced since its size was looked at
// rejects with NotReadableError, one that vanished with NotFoundError. Node says NotReadableError to all
// of these. A file that the person may not read gives NotReadableError too; that one is rarer.
function readFailure(error: unknown): PlatformError {
  const name = error instanceof Error ? error.name : '';
  return name === 'NotReadableError'
    ? new PlatformError('source.changed', 'the file is not as it was offered', { cause: error })
    : new PlatformError('source.unreadable', 'the file cannot be read', { cause: error });
}
