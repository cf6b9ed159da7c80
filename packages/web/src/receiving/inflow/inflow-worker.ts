import type { OpenEngine } from '@burritoshare/peer';
import type { InflowReport, InflowRequest } from '@burritoshare/peer/engines';
import type { PieceSink } from '@burritoshare/peer/storage';

import type { InflowMessage } from '../../workers/engine-messages.ts';
import { watchLifeline } from '../../workers/lifeline.ts';
import { portEngine } from '../../workers/port-engine.ts';
import { serveCalls } from '../../workers/serve-calls.ts';
import type { PieceSinkCalls } from '../opfs/calls.ts';
import type { OpenedSink } from '../opfs/opened-sink.ts';

/**
 * Opens an engine in a worker of its own. The worker's script is fetched at once, since the first connection needs it.
 */
export const openInflowWorker: OpenEngine<InflowRequest, InflowReport> = (report) => {
  const worker = new Worker(new URL('./worker/inflow.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-inflow',
  });
  let isOver = false;
  const fail = (): void => {
    if (isOver) return;
    isOver = true;
    // An error doesn't end a worker. End it, so that it can't go on writing beside the next flow.
    worker.terminate();
    report({ type: 'engine.failed' });
  };
  worker.addEventListener('error', fail);
  worker.addEventListener('messageerror', fail);
  watchLifeline(worker, fail);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(undefined, [port2]);
  const engine = portEngine<InflowMessage>(port1, (said) => report(said as InflowReport));
  let serving: MessagePort | undefined;
  return {
    handle(request) {
      if (request.type === 'flow.start') {
        const { flow } = request;
        const { mine, theirs } = connect(request.sink, () =>
          report({ type: 'flow.failed', flow, code: 'disk.failed' }),
        );
        serving = mine;
        return engine.handle({ ...request, sink: theirs });
      }
      // Close the old port first, so that its late calls can't arrive after the next flow's.
      if (request.type === 'flow.hear' && request.event.type === 'inflow.stopped') serving?.close();
      engine.handle(request);
      if (request.type !== 'engine.end') return;
      isOver = true;
      worker.terminate();
    },
  };
};

/** The ends of the channel on which a sink serves a flow's calls. */
interface Connection {
  /** This page's end, if the page itself serves the calls. */
  readonly mine: MessagePort | undefined;
  readonly theirs: MessagePort;
}

// A sink with a worker serves the calls there. For any other sink, this page serves them.
function connect(sink: PieceSink | OpenedSink, lost: () => void): Connection {
  if ('connect' in sink) return { mine: undefined, theirs: sink.connect(lost) };
  const { port1, port2 } = new MessageChannel();
  serveCalls<PieceSinkCalls>(port2, {
    store: async ({ parcel, bytes }) => ({ output: await sink.store(parcel, bytes) }),
    storeAgain: async ({ parcel }) => ({ output: await nothing(sink.storeAgain(parcel)) }),
    forget: async ({ ranges }) => ({ output: await nothing(sink.forget(ranges)) }),
    digest: async ({ absent }) => ({ output: await sink.digest(absent) }),
  });
  return { mine: port2, theirs: port1 };
}

async function nothing(work: Promise<void>): Promise<undefined> {
  await work;
  return undefined;
}
