import { makeZip, predictLength } from 'client-zip';

import type { ReceivedEntry } from './received.ts';

/** Bytes read at once from a file. Streams of blobs come in 64 KiB, and each costs a message on its way. */
const READ_BYTES = 1024 * 1024;

/** The DOS times of a ZIP reach from 1980 to 2107; a time zone's width is kept away from both ends. */
const TIME_MIN = Date.UTC(1980, 0, 2);
const TIME_MAX = Date.UTC(2107, 11, 30);

/** How large the ZIP of these entries becomes: bytes, exactly. */
export function zipSize(entries: readonly ReceivedEntry[]): number {
  const size = predictLength(
    entries.map((entry) =>
      entry.kind === 'folder'
        ? { name: folderName(entry.path) }
        : { name: entry.entry.path, size: entry.entry.size },
    ),
  );
  return Number(size);
}

/**
 * A ZIP that is made while it is read: uncompressed, in the ZIP64 form where it is large. Files are read
 * when the stream comes to them, one slice at a time.
 */
export function zipStream(
  entries: readonly ReceivedEntry[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return makeZip(inputs(entries)) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

function* inputs(entries: readonly ReceivedEntry[]) {
  for (const entry of entries) {
    if (entry.kind === 'folder') {
      yield { name: folderName(entry.path) };
      continue;
    }
    const { path, size, modified } = entry.entry;
    const time = modified === null ? {} : { lastModified: new Date(clampTime(modified)) };
    yield { name: path, size, input: slicesOf(entry.blob), ...time };
  }
}

// A name that ends in a slash is a folder's.
function folderName(path: string): string {
  return `${path}/`;
}

function clampTime(time: number): number {
  return Math.min(Math.max(time, TIME_MIN), TIME_MAX);
}

async function* slicesOf(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < blob.size; start += READ_BYTES) {
    yield new Uint8Array(await blob.slice(start, start + READ_BYTES).arrayBuffer());
  }
}
