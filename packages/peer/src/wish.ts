import { canWish, type WishOf } from '@burritoshare/core';
import type { Actor, AnyMachineSnapshot, AnyStateMachine, EventFrom } from 'xstate';

/**
 * Sends a wish if it has a place now. People may be a moment late: clicking on "pause" just as a delivery ends is no
 * mistake.
 *
 * @returns whether it was sent.
 * @throws LocalProtocolError `argument` for a file that the manifest doesn't list.
 */
export function wish<M extends AnyStateMachine>(
  actor: Actor<M>,
  wanted: WishOf<EventFrom<M>>,
): boolean {
  const isPossible = canWish(actor.getSnapshot() as AnyMachineSnapshot, wanted);
  if (isPossible) actor.send(wanted);
  return isPossible;
}
