import { concatBytes } from '../bytes.ts';
import { HELD_LEAVES_MAX } from '../constants.ts';
import type { ControlMessage } from '../protocol/control-messages.ts';
import { rangesOf, type PieceSet } from './piece-set.ts';

/**
 * The messages by which a receiver says which pieces it holds (rule R2).
 *
 * @param leafOf - the leaf of a piece of the set, 32 bytes.
 */
export function heldMessages(
  pieces: PieceSet,
  leafOf: (ordinal: number) => Uint8Array,
): readonly ControlMessage[] {
  const messages: ControlMessage[] = [];
  for (const range of rangesOf(pieces)) {
    for (let first = range.first; first < range.end; first += HELD_LEAVES_MAX) {
      const count = Math.min(HELD_LEAVES_MAX, range.end - first);
      const leaves = Array.from({ length: count }, (_, index) => leafOf(first + index));
      messages.push({ type: 'held', first, leaves: concatBytes(...leaves) });
    }
  }
  return messages;
}
