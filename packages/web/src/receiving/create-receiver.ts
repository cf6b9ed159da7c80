import type { Link } from '@burritoshare/core';
import { createFinishedHost, createReceiverHost, type ReceiverHost } from '@burritoshare/peer';
import type { Saver } from '@burritoshare/peer/storage';

import { takeSeat } from '../delivery/host/early-socket.ts';
import { pagePlatform } from '../delivery/host/page-platform.ts';
import { keepVisit } from './early-visit.ts';
import { openInflowWorker } from './inflow/inflow-worker.ts';
import { createSinkFactory } from './opfs/sink-factory.ts';
import type { OpenedDelivery } from './opfs/stored-deliveries.ts';
import { createSaver, folderPicker } from './saving/saver.ts';

/** The saver that hands files to the person on this page. */
export function createPageSaver(): Saver {
  return createSaver({ pickFolder: folderPicker() });
}

/** The receiver of the page's first delivery, if it has begun before the page is drawn. */
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

/** The receiver's end of a link on this page, for a new delivery or one from an earlier visit. */
function createReceiver(link: Link, opened?: OpenedDelivery): ReceiverHost {
  const sinks = createSinkFactory({ save: createPageSaver() });
  const receiver = { ...pagePlatform(), sinks, openInflowEngine: openInflowWorker };
  if (opened === undefined) {
    const drawn = takeSeat(link.room);
    return createReceiverHost(receiver, link, drawn === undefined ? {} : { drawn });
  }
  const { stored, sink } = opened;
  if (stored.digest !== undefined) {
    return createFinishedHost(receiver, { ...stored, digest: stored.digest, sink });
  }
  return createReceiverHost(receiver, link, { resumed: { ...stored, sink } });
}
