import type { Piece } from '@burritoshare/core';

import { PlatformError } from './ports.ts';
import { createSmallReader, SMALL_FILE_BYTES } from './small-file-reader.ts';

/** Reads pieces of files, those of large files one by one, small files together. */
export interface PieceReader {
  /**
   * Reads a piece of a blob whose size is that of the offer.
   *
   * @throws PlatformError `source.changed` or `source.unreadable`.
   */
  read(blob: Blob, piece: Piece): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes a piece's bytes back, and frees their memory where it holds nothing else. */
  release(bytes: Uint8Array<ArrayBuffer>): void;
}

/** @param free - frees memory at once; it may be transferred. */
export function createPieceReader(free: (memory: ArrayBuffer) => void): PieceReader {
  const readSmall = createSmallReader((blob) => readSlice(blob, 0, blob.size));
  return {
    async read(blob, { offset, length }) {
      if (blob.size <= SMALL_FILE_BYTES) return readSmall(blob);
      return new Uint8Array(await readSlice(blob, offset, offset + length));
    },
    release(bytes) {
      // A small file's bytes may share memory with other files', and bytes that were transferred have length 0 here.
      if (bytes.length > SMALL_FILE_BYTES) free(bytes.buffer);
    },
  };
}

async function readSlice(blob: Blob, start: number, end: number): Promise<ArrayBuffer> {
  // A slice is another blob, made in another process of Chromium: for a small file that takes as long as reading (m).
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
