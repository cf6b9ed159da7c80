// The receiver of the page's first delivery, which may begin before the page is drawn.

import type { Link } from '@burritoshare/core';
import type { ReceiverHost } from '@burritoshare/peer';

import { createReceiver } from './create-receiver.ts';
import { keepVisit } from './early-visit.ts';
import type { OpenedDelivery } from './opfs/stored-deliveries.ts';

let begun: { readonly link: Link; readonly host: ReceiverHost } | undefined;

/**
 * Begins a new delivery, if this tab has the link for itself and nothing was kept. The page takes it with
 * {@link takeReceiver} once it has looked at both.
 *
 * @returns whether it has begun.
 */
export function beginReceiving(link: Link): boolean {
  if (!keepVisit(link.room)) return false;
  begun = { link, host: createReceiver(link) };
  return true;
}

/** The receiver's end of a link: the one that has begun, if it is a new delivery of the same link. */
export function takeReceiver(link: Link, opened: OpenedDelivery | undefined): ReceiverHost {
  const first = begun;
  begun = undefined;
  if (opened === undefined && first?.link.room === link.room) return first.host;
  // The address has changed in between.
  void first?.host.stop();
  return createReceiver(link, opened);
}
