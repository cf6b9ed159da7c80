// The chunks of a parcel: all but the last are equally long.

import { CHUNK_BYTES } from '../constants.ts';
import { lengthOfParcel } from '../pieces/parcels.ts';
import type { Plan } from '../pieces/plan.ts';
import type { Chunks } from './types.ts';

/** How many chunks a parcel of that many bytes has. */
export function chunksOf(length: number): number {
  return Math.ceil(length / CHUNK_BYTES);
}

// Bytes in the first chunks of a parcel.
function bytesUpTo(length: number, chunks: number): number {
  return Math.min(length, chunks * CHUNK_BYTES);
}

/** File bytes of some chunks. */
export function bytesOf(plan: Plan, chunks: Chunks): number {
  const length = lengthOfParcel(plan, chunks);
  return bytesUpTo(length, chunks.to) - bytesUpTo(length, chunks.from);
}
