import type { BlobRange } from '@burritoshare/peer/storage';

/**
 * Bytes read at once. Reading a hundred bytes of a blob costs about as much as reading a million. Ten thousand small
 * files that lie side by side take one read.
 */
const BLOCK_BYTES = 1024 * 1024;

interface Block extends BlobRange {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads ranges of blobs in blocks, and keeps the last one for the range that comes next. */
export interface RangeReader {
  /**
   * The bytes of a range, in parts that are views of blocks. The caller owns a part that fills its buffer. Only one
   * range may be read at a time.
   */
  read(range: BlobRange): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** Holds one block. */
export function createRangeReader(): RangeReader {
  let last: Block | undefined;
  return {
    async *read({ blob, start, end }) {
      for (let at = start; at < end;) {
        if (last?.blob !== blob || at < last.start || at >= last.end) {
          last = await readBlock(blob, at);
        }
        const block: Block = last;
        const part = block.bytes.subarray(at - block.start, end - block.start);
        at += part.byteLength;
        // Forget a block at its end: the caller may transfer its buffer.
        if (at === block.end) last = undefined;
        yield part;
      }
    },
  };
}

async function readBlock(blob: Blob, start: number): Promise<Block> {
  const end = Math.min(start + BLOCK_BYTES, blob.size);
  const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  // Otherwise a blob that ends early would be read again and again.
  if (bytes.byteLength === 0) throw new Error(`no bytes at ${start}`);
  return { blob, start, end: start + bytes.byteLength, bytes };
}
