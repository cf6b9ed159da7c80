import type { Link } from '@burritoshare/core';
import {
  createReceiverHost,
  createSenderHost,
  webPlatform,
  type Platform,
  type ReceiverHost,
  type SenderHost,
} from '@burritoshare/peer';

import { createSaver, folderPicker } from './saving/saver.ts';
import { createSinkFactory } from './sinks/sink-factory.ts';
import { createWorkerSources } from './sources/worker-source.ts';

/** The sender's end, in this page. */
export function createSender(): SenderHost {
  const sources = createWorkerSources();
  const host = createSenderHost({ ...platform(), openSource: (input) => sources.open(input) });
  return {
    ...host,
    stop() {
      host.stop();
      sources.end();
    },
  };
}

/** The receiver's end of a link, in this page. */
export function createReceiver(link: Link): ReceiverHost {
  const save = createSaver({ pickFolder: folderPicker() });
  return createReceiverHost({ ...platform(), sinks: createSinkFactory({ save }) }, link);
}

/** The server that served the page is the one that introduces its visitors. */
function platform(): Platform {
  const url = new URL('/signal', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return webPlatform(url.href);
}
