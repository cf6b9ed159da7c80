import { PIECE_BYTES } from '@burritoshare/core';

import { createBatcher } from './batcher.ts';

/** Files that are read as one: a read costs Chromium's renderer 120 microseconds, of sixteen files 45 for each (m). */
const FILES_TOGETHER = 16;

/** Bytes of what stands behind each file in a read of several: it shows where each of them has ended. */
const MARK_BYTES = 16;

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
  const mark = crypto.getRandomValues(new Uint8Array(MARK_BYTES));
  const readEach = (files: readonly Waiting[]): Promise<unknown> =>
    Promise.allSettled(
      files.map(({ blob, resolve }) => {
        const bytes = asBytes(readAlone(blob));
        resolve(bytes);
        return bytes;
      }),
    );
  const reads = createBatcher<Waiting>(FILES_TOGETHER, async (files) => {
    const read = files.length > 1 ? await readTogether(files, mark) : undefined;
    if (read === undefined) return readEach(files);
    for (const [index, { resolve }] of files.entries()) resolve(read[index] ?? new Uint8Array());
    return undefined;
  });
  return (blob) => new Promise((resolve) => reads.add({ blob, resolve }));
}

// Undefined if there is something wrong with one of them: which one it is, each tells by itself. A file that has become
// shorter, and another longer by as much, would leave the sum as it was.
async function readTogether(
  files: readonly Waiting[],
  mark: Uint8Array<ArrayBuffer>,
): Promise<readonly Uint8Array<ArrayBuffer>[] | undefined> {
  const whole = new Blob(files.flatMap(({ blob }) => [blob, mark]));
  const buffer = await whole.arrayBuffer().catch(() => undefined);
  if (buffer === undefined) return undefined;
  const read: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { blob } of files) {
    const end = at + blob.size;
    if (end + mark.length > buffer.byteLength) return undefined;
    const behind = new Uint8Array(buffer, end, mark.length);
    if (behind.some((byte, index) => byte !== mark[index])) return undefined;
    read.push(new Uint8Array(buffer, at, blob.size));
    at = end + mark.length;
  }
  return read;
}

async function asBytes(read: Promise<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await read);
}
