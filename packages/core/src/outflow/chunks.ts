// The chunks of a piece: all but the last are equally long.

import { CHUNK_BYTES } from '../constants.ts';
import { pieceAt, type Plan } from '../pieces/plan.ts';
import type { Chunks } from './types.ts';

/** How many chunks a piece of that many bytes has. */
export function chunksOf(length: number): number {
  return Math.ceil(length / CHUNK_BYTES);
}

// Bytes in the first chunks of a piece.
function bytesUpTo(length: number, chunks: number): number {
  return Math.min(length, chunks * CHUNK_BYTES);
}

/** File bytes of some chunks. */
export function bytesOf(plan: Plan, { ordinal, from, to }: Chunks): number {
  const { length } = pieceAt(plan, ordinal);
  return bytesUpTo(length, to) - bytesUpTo(length, from);
}
