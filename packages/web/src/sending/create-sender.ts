import { createSenderHost, wish } from '@burritoshare/peer';

import { pagePlatform } from '../delivery/host/page-platform.ts';
import { bundleStore } from './kept/bundle-store.ts';
import { createKeeper, type Sender } from './kept/keeper.ts';
import { ownName } from './more/own-name.ts';
import { createWorkerSources } from './source/worker-source.ts';

/** The sender's end on this page. */
export function createSender(): Sender {
  const sources = createWorkerSources();
  const host = createSenderHost({
    ...pagePlatform(),
    openSource: (input) => sources.open(input),
    prepareSource: (input) => sources.prepare(input),
    openOutflowEngine: sources.openEngine,
  });
  const name = ownName();
  if (name !== '') wish(host.bundle, { type: 'sender.name.changed', name });
  const ended = () => {
    host.stop();
    sources.end();
  };
  return createKeeper({ ...host, stop: ended }, bundleStore);
}
