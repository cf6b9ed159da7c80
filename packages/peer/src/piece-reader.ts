import { LANES_MAX, PIECE_BYTES, READ_AHEAD_PIECES } from '@burritoshare/core';
import type { Piece } from '@burritoshare/core';

import { PlatformError } from './ports.ts';
import { createSmallReader, SMALL_FILE_BYTES } from './small-reader.ts';

/** Bytes of a piece from which on it is read into a whole one's memory: of less, many may be read ahead. */
const REUSE_BYTES_MIN = PIECE_BYTES / 2;

/** Pieces' worth of memory that is kept for the next ones: as many as there are at once. */
const SPARE_MAX = READ_AHEAD_PIECES + LANES_MAX;

/** Reads pieces of files, those of large files into memory that earlier ones have given back, small files together. */
export interface PieceReader {
  /**
   * Reads a piece of a blob that is as large as its file was offered.
   *
   * @throws PlatformError `source.changed` or `source.unreadable`.
   */
  read(blob: Blob, piece: Piece): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes a piece's bytes back: others are read into their memory. */
  release(bytes: Uint8Array<ArrayBuffer>): void;
  /** Lets go of the memory. */
  clear(): void;
}

export function createPieceReader(): PieceReader {
  // The collector is late: of what was read into new memory each time, 64 MiB lay about at times (m).
  const spare: ArrayBuffer[] = [];
  const lent = new WeakSet<Uint8Array>();
  // Chromium collects a stream that is being read if nothing holds its reader, and the read never ends (m).
  const reading = new Set<ReadableStreamBYOBReader>();
  const readSmall = createSmallReader((blob) => readWhole(blob, blob.size));

  // Undefined in browsers that have no such streams of blobs, and where something is wrong: another read tells what.
  const readIntoSpare = async (
    blob: Blob,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    let reader: ReadableStreamBYOBReader | undefined;
    try {
      reader = blob.stream().getReader({ mode: 'byob' });
      reading.add(reader);
      const bytes = await readInto(reader, length, spare.pop() ?? new ArrayBuffer(PIECE_BYTES));
      if (bytes !== undefined) lent.add(bytes);
      return bytes;
    } catch {
      return undefined;
    } finally {
      if (reader !== undefined) reading.delete(reader);
    }
  };

  return {
    async read(blob, piece) {
      if (blob.size <= SMALL_FILE_BYTES) return readSmall(blob);
      const { offset, length } = piece;
      const part = sliceOf(blob, offset, offset + length);
      const bytes = length < REUSE_BYTES_MIN ? undefined : await readIntoSpare(part, length);
      return bytes ?? new Uint8Array(await readWhole(part, length));
    },
    release(bytes) {
      // What was transferred is not here any more.
      const isWhole = bytes.buffer.byteLength === PIECE_BYTES;
      if (lent.delete(bytes) && isWhole && spare.length < SPARE_MAX) spare.push(bytes.buffer);
    },
    clear() {
      spare.length = 0;
    },
  };
}

// A slice is another blob, which Chromium makes in another process: for a small file as much again as reading it (m).
function sliceOf(blob: Blob, start: number, end: number): Blob {
  return start === 0 && end === blob.size ? blob : blob.slice(start, end);
}

/** Reads into memory, which moves over; undefined if there is less to read. */
async function readInto(
  reader: ReadableStreamBYOBReader,
  length: number,
  memory: ArrayBuffer,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let [filled, at] = [memory, 0];
  while (at < length) {
    const { done, value } = await reader.read(new Uint8Array(filled, at, length - at));
    if (done) return undefined;
    at += value.byteLength;
    filled = value.buffer;
  }
  await reader.cancel();
  return new Uint8Array(filled, 0, length);
}

async function readWhole(blob: Blob, length: number): Promise<ArrayBuffer> {
  const bytes = await blob.arrayBuffer().catch((error: unknown) => {
    throw readFailure(error);
  });
  if (bytes.byteLength !== length)
    throw new PlatformError('source.changed', `read ${bytes.byteLength} of ${length} bytes`);
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
