import { PIECE_BYTES } from '@burritoshare/core';

import { createBatcher } from './batcher.ts';

/**
 * Files that are read as one: a pack of 4 KiB files. In 256 together, each cost both processes of Chromium 355
 * microseconds, in 64 together 600, in 16 about 700 (m, one run on a busy machine).
 */
const FILES_TOGETHER = 256;

/** Bytes of the mark behind each file in a read of several. It shows that the file has ended where it should. */
const MARK_BYTES = 16;

/** Bytes up to which a file is read together with others. Those that are asked for at once are a few packs at most. */
export const SMALL_FILE_BYTES = PIECE_BYTES / 16;

interface Waiting {
  readonly blob: Blob;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>) => void;
}

/**
 * Reads small files. Those that are asked for together are read as one blob, and their bytes are views of the same
 * memory.
 *
 * @param readAlone - reads one file, and rejects with what is wrong with it.
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

// Undefined if something is wrong with one of the files: reading each alone shows which. The sum of the sizes doesn't
// show everything: one file may have become shorter, and another longer by as much.
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
