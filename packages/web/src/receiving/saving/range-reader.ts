import type { BlobRange } from '@burritoshare/peer/storage';

/**
 * Bytes read at once. A read of a blob costs about the same whether it brings a hundred bytes or a million;
 * ten thousand small files that lie side by side take one.
 */
const BLOCK_BYTES = 1024 * 1024;

interface Block extends BlobRange {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads ranges of blobs in blocks, and keeps the last one for the range that comes next. */
export interface RangeReader {
  /**
   * The bytes of a range, in parts that are views of blocks. A part that is all of its buffer is the
   * caller's. One range at a time.
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
        // Whoever gets the end of a block may hand its buffer over.
        if (at === block.end) last = undefined;
        yield part;
      }
    },
  };
}

async function readBlock(blob: Blob, start: number): Promise<Block> {
  const end = Math.min(start + BLOCK_BYTES, blob.size);
  const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  // A blob that ends early would be asked again and again.
  if (bytes.byteLength === 0) throw new Error(`no bytes at ${start}`);
  return { blob, start, end: start + bytes.byteLength, bytes };
}
