import { crc32 } from './crc32.ts';
import { createRangeReader } from './range-reader.ts';
import type { ReceivedEntry } from './received.ts';
import { layOutZip, type ZipItem, type ZipLayout } from './zip-layout.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A ZIP that is made while it is read: uncompressed, with ZIP64 fields if it is large. */
export interface Zip {
  /** The exact size in bytes. */
  readonly size: number;
  /** Reads each file when the stream reaches it, one block at a time. Can be called once. */
  stream(): ReadableStream<Bytes>;
}

/**
 * Plans a ZIP of these entries.
 *
 * @param now milliseconds since 1970: the time of folders, and of files with no known time.
 */
export function planZip(entries: readonly ReceivedEntry[], now: number): Zip {
  const layout = layOutZip(entries.map((entry) => itemOf(entry, now)));
  return { size: layout.size, stream: () => streamOf(partsOf(entries, layout)) };
}

function itemOf(entry: ReceivedEntry, now: number): ZipItem {
  if (entry.kind === 'folder') return { kind: 'folder', path: entry.path, size: 0, modified: now };
  const { path, size } = entry.entry;
  const modified = entry.entry.kind === 'file' ? entry.entry.modified : null;
  return { kind: 'file', path, size, modified: modified ?? now };
}

async function* partsOf(
  entries: readonly ReceivedEntry[],
  layout: ZipLayout,
): AsyncGenerator<Bytes> {
  const reader = createRangeReader();
  const sums: number[] = [];
  for (const [index, entry] of entries.entries()) {
    yield layout.header(index);
    let sum = 0;
    if (entry.kind === 'file') {
      for await (const part of reader.read(entry.range)) {
        sum = crc32(part, sum);
        yield part;
      }
    }
    sums.push(sum);
    yield layout.descriptor(index, sum);
  }
  yield layout.directory(sums);
}

function streamOf(parts: AsyncGenerator<Bytes>): ReadableStream<Bytes> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
