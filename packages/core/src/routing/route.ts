// Which command of one machine is which event of another: the only place where machines meet. The host, the
// tests and a simulator all use it, so that what is tested is what runs. Every command is named; those that come to
// nothing here are for the adapters alone, and some that come to something are for both.

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
 * The events that a command is. Pure and total.
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
