import type { Link } from '@burritoshare/core';
import { createFinishedHost, createReceiverHost, type ReceiverHost } from '@burritoshare/peer';
import type { Saver } from '@burritoshare/peer/storage';

import { takeSeat } from '../delivery/host/early-socket.ts';
import { pagePlatform } from '../delivery/host/page-platform.ts';
import { openInflowWorker } from './inflow/inflow-worker.ts';
import { createSinkFactory } from './opfs/sink-factory.ts';
import type { OpenedDelivery } from './opfs/stored-deliveries.ts';
import { createSaver, folderPicker } from './saving/saver.ts';

/** The saver that hands files to the person on this page. */
export function createPageSaver(): Saver {
  return createSaver({ pickFolder: folderPicker() });
}

/** The receiver's end of a link on this page, for a new delivery or one from an earlier visit. */
export function createReceiver(link: Link, opened?: OpenedDelivery): ReceiverHost {
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
