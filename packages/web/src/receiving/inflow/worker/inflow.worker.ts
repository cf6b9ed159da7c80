// Takes over a receiver's bulk channels, assembles messages into pieces and gives these to the sink, without the page's
// help.
import { createInflowEngine, webRuntime } from '@burritoshare/peer/engines';
import type { PieceSink } from '@burritoshare/peer/storage';

import { createCaller } from '../../../workers/caller.ts';
import type { Caller } from '../../../workers/caller.ts';
import type { InflowMessage } from '../../../workers/engine-messages.ts';
import { holdLifeline } from '../../../workers/lifeline.ts';
import type { PieceSinkCalls } from '../../opfs/calls.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

self.addEventListener('message', ({ ports: [port] }) => {
  if (port !== undefined) serveEngine(port);
});

function serveEngine(port: MessagePort): void {
  const engine = createInflowEngine({
    runtime: webRuntime,
    report: (report) => port.postMessage(report),
  });
  let sink: Caller<PieceSinkCalls> | undefined;
  // This browser transfers channels but can't unpack them here. So every channel would be lost: report a failed engine.
  port.addEventListener('messageerror', () => port.postMessage({ type: 'engine.failed' }));
  port.addEventListener('message', ({ data }: MessageEvent<InflowMessage>) => {
    if (data.type !== 'flow.start') return engine.handle(data);
    sink?.end();
    sink = createCaller<PieceSinkCalls>(data.sink);
    engine.handle({ ...data, sink: calledSink(sink) });
  });
  port.start();
}

/** Bytes up to which the message about a parcel costs more than the work on it, so that such calls are batched. */
const SMALL_PARCEL_BYTES = 64 * 1024;

function calledSink(caller: Caller<PieceSinkCalls>): PieceSink {
  return {
    store: (parcel, bytes) => {
      // A parcel's bytes fill their whole buffer, so it can be transferred.
      const given = [{ parcel, bytes }, [bytes.buffer]] as const;
      return bytes.length <= SMALL_PARCEL_BYTES
        ? caller.callBatched('store', ...given)
        : caller.call('store', ...given);
    },
    storeAgain: (parcel) => caller.call('storeAgain', { parcel }),
    forget: (ranges) => caller.call('forget', { ranges }),
    digest: (absent) => caller.call('digest', { absent }),
  };
}
