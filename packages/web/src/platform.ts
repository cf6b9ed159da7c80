import type { Link } from '@burritoshare/core';
import {
  createFinishedHost,
  createReceiverHost,
  createSenderHost,
  webPlatform,
  type Platform,
  type ReceiverHost,
} from '@burritoshare/peer';
import type { Saver } from '@burritoshare/peer/storage';

import { bundleStore } from './bundles/bundle-store.ts';
import { createKeeper, type Sender } from './bundles/sender.ts';
import { createSaver, folderPicker } from './saving/saver.ts';
import { createSinkFactory } from './sinks/sink-factory.ts';
import type { OpenedDelivery } from './sinks/stored-deliveries.ts';
import { createWorkerSources } from './sources/worker-source.ts';

/** The sender's end, in this page. */
export function createSender(): Sender {
  const sources = createWorkerSources();
  const host = createSenderHost({ ...platform(), openSource: (input) => sources.open(input) });
  const ended = () => {
    host.stop();
    sources.end();
  };
  return createKeeper({ ...host, stop: ended }, bundleStore);
}

/** How this page hands files to the person. */
export function createPageSaver(): Saver {
  return createSaver({ pickFolder: folderPicker() });
}

/** The receiver's end of a link, in this page: new, or of an earlier visit. */
export function createReceiver(link: Link, opened?: OpenedDelivery): ReceiverHost {
  const sinks = createSinkFactory({ save: createPageSaver() });
  const receiver = { ...platform(), sinks };
  if (opened === undefined) return createReceiverHost(receiver, link);
  const { stored, sink } = opened;
  if (stored.digest !== undefined) {
    return createFinishedHost(receiver, { ...stored, digest: stored.digest, sink });
  }
  return createReceiverHost(receiver, link, { resumed: { ...stored, sink } });
}

/** The server that served the page is the one that introduces its visitors. */
function platform(): Platform {
  const url = new URL('/signal', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return webPlatform(url.href);
}
