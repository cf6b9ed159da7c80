// Where a receiver's bulk channels go: messages become pieces here, and reach the sink without the page's help.
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
  // A channel that this browser moves and can't unpack here is as good as lost, and so would all others be.
  port.addEventListener('messageerror', () => port.postMessage({ type: 'engine.failed' }));
  port.addEventListener('message', ({ data }: MessageEvent<InflowMessage>) => {
    if (data.type !== 'flow.start') return engine.handle(data);
    sink?.end();
    sink = createCaller<PieceSinkCalls>(data.sink);
    engine.handle({ ...data, sink: calledSink(sink) });
  });
  port.start();
}

/** Bytes up to which a piece costs more by its message than by what is done with it. */
const SMALL_PIECE_BYTES = 64 * 1024;

function calledSink(caller: Caller<PieceSinkCalls>): PieceSink {
  return {
    store: (piece, bytes) => {
      // A piece's bytes fill their buffer: it is theirs to hand over.
      const given = [{ piece, bytes }, [bytes.buffer]] as const;
      return piece.length <= SMALL_PIECE_BYTES
        ? caller.callBatched('store', ...given)
        : caller.call('store', ...given);
    },
    storeAgain: (piece) => caller.call('storeAgain', { piece }),
    forget: (ranges) => caller.call('forget', { ranges }),
    digest: (failedFiles) => caller.call('digest', { failedFiles }),
  };
}
