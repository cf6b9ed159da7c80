// Maps each command of one machine to events of other machines: the only place where machines meet. The host, the tests
// and a simulator all use it, so that the tests test what runs. Every command is listed. Those without an event here
// are for the adapters alone; some of the others are for both.

import { routeAtReceiver } from './receiver.ts';
import { routeAtSender } from './sender.ts';
import type {
  ReceiverRouted,
  ReceiverSource,
  Routed,
  SenderRouted,
  SenderSource,
} from './types.ts';

/**
 * Returns the events that a command becomes. Pure and total.
 *
 * @param delivery - the id of the delivery that the command came from; empty for `signaling` and `bundle`.
 */
export function route(
  role: 'sender',
  delivery: string,
  source: SenderSource,
): readonly SenderRouted[];
export function route(
  role: 'receiver',
  delivery: string,
  source: ReceiverSource,
): readonly ReceiverRouted[];
export function route(
  ...[role, delivery, source]:
    | readonly [role: 'sender', delivery: string, source: SenderSource]
    | readonly [role: 'receiver', delivery: string, source: ReceiverSource]
): readonly Routed[] {
  return role === 'sender' ? routeAtSender(delivery, source) : routeAtReceiver(source);
}
