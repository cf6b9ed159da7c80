import { makeZip, predictLength } from 'client-zip';

import { createRangeReader } from './range-reader.ts';
import type { ReceivedEntry } from './received.ts';

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
 * when the stream comes to them, one block at a time.
 */
export function zipStream(
  entries: readonly ReceivedEntry[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return makeZip(inputs(entries)) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

function* inputs(entries: readonly ReceivedEntry[]) {
  const reader = createRangeReader();
  for (const entry of entries) {
    if (entry.kind === 'folder') {
      yield { name: folderName(entry.path) };
      continue;
    }
    const { path, size, modified } = entry.entry;
    const time = modified === null ? {} : { lastModified: new Date(clampTime(modified)) };
    yield { name: path, size, input: reader.read(entry.range), ...time };
  }
}

// A name that ends in a slash is a folder's.
function folderName(path: string): string {
  return `${path}/`;
}

function clampTime(time: number): number {
  return Math.min(Math.max(time, TIME_MIN), TIME_MAX);
}
