import { CHUNK_BYTES } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import type { Frame } from '../protocol/frames.ts';
import type { Piece } from '../protocol/types.ts';
import { ordinalAt, pieceAt, sizeOf, type Plan } from './plan.ts';

/**
 * Checks a frame against the manifest (rules F2 to F4).
 *
 * @returns the piece that it lies in.
 * @throws RemoteProtocolError `violation` if the file or the offset is not in the manifest, the payload ends
 *   behind the file, or breaks off within a chunk before the file's end.
 */
export function checkFrame(plan: Plan, frame: Frame): Piece {
  const { file, offset, payload } = frame;
  const piece = pieceAt(plan, ordinalAt(plan, file, offset));
  const rest = sizeOf(plan, file) - offset;
  const isWhole = payload.length % CHUNK_BYTES === 0;
  if (payload.length > rest || (!isWhole && payload.length !== rest)) {
    throw new RemoteProtocolError('violation', 'a frame that does not end where its file allows');
  }
  return piece;
}
