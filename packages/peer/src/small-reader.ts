import { PIECE_BYTES } from '@burritoshare/core';

import { createGathering } from './gathering.ts';

/** Files that are read as one: a read costs Chromium's renderer 120 microseconds, of sixteen files 45 for each (m). */
const FILES_TOGETHER = 16;

/** Bytes up to which a file is read together with others: so many of them are no longer than a piece. */
export const SMALL_FILE_BYTES = PIECE_BYTES / FILES_TOGETHER;

interface Waiting {
  readonly blob: Blob;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>) => void;
}

/**
 * Reads small files, several of them as one blob if they are asked for together. The bytes are a view of what was
 * read then.
 *
 * @param readAlone - reads one, and says what is wrong with it.
 */
export function createSmallReader(
  readAlone: (blob: Blob) => Promise<ArrayBuffer>,
): (blob: Blob) => Promise<Uint8Array<ArrayBuffer>> {
  const readEach = (files: readonly Waiting[]): Promise<unknown> =>
    Promise.allSettled(
      files.map(({ blob, resolve }) => {
        const bytes = asBytes(readAlone(blob));
        resolve(bytes);
        return bytes;
      }),
    );
  const reads = createGathering<Waiting>(FILES_TOGETHER, async (files) => {
    const bytes = files.length > 1 ? await readTogether(files) : undefined;
    if (bytes === undefined) return readEach(files);
    let at = 0;
    for (const { blob, resolve } of files) {
      resolve(bytes.subarray(at, at + blob.size));
      at += blob.size;
    }
    return undefined;
  });
  return (blob) => new Promise((resolve) => reads.add({ blob, resolve }));
}

// Undefined if there is something wrong with one of them: which one it is, each tells by itself.
async function readTogether(
  files: readonly Waiting[],
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const whole = new Blob(files.map(({ blob }) => blob));
  const bytes = await whole.arrayBuffer().catch(() => undefined);
  const length = files.reduce((sum, { blob }) => sum + blob.size, 0);
  return bytes?.byteLength === length ? new Uint8Array(bytes) : undefined;
}

async function asBytes(read: Promise<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await read);
}
