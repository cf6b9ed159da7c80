import { CHUNK_BYTES } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import type { Frame } from '../protocol/frames.ts';
import { bareParcel, lengthOfParcel, packOf, type Parcel } from './parcels.ts';
import { ordinalAt, pieceAt, type Plan } from './plan.ts';

/** Where a frame lies. */
export interface PlacedFrame {
  readonly parcel: Parcel;
  /** Bytes of the parcel. */
  readonly length: number;
  /** Bytes from the parcel's start. */
  readonly from: number;
}

/**
 * Checks a frame against the manifest (rules F2 to F4, F7).
 *
 * @throws RemoteProtocolError `violation` if the file or the offset is not in the manifest, the pack is none, the
 *   payload ends behind the parcel, or breaks off within a chunk before the parcel's end.
 */
export function checkFrame(plan: Plan, frame: Frame): PlacedFrame {
  const placed = placeOf(plan, frame);
  requireEnd(frame, placed);
  return placed;
}

/** Checks the length of a payload whose place is known. @throws RemoteProtocolError `violation` */
export function requireEnd(
  { payload }: Pick<Frame, 'payload'>,
  { length, from }: Pick<PlacedFrame, 'length' | 'from'>,
): void {
  const rest = length - from;
  const isWhole = payload.length % CHUNK_BYTES === 0;
  if (payload.length > rest || (!isWhole && payload.length !== rest)) {
    throw new RemoteProtocolError('violation', 'a frame that does not end where its file allows');
  }
}

function placeOf(plan: Plan, frame: Frame): PlacedFrame {
  const { file, offset, bitmap } = frame;
  if (bitmap.length > 0) {
    const parcel = packOf(plan, frame);
    return { parcel, length: lengthOfParcel(plan, parcel), from: offset };
  }
  const piece = pieceAt(plan, ordinalAt(plan, file, offset));
  return { parcel: bareParcel(piece), length: piece.length, from: offset - piece.offset };
}
