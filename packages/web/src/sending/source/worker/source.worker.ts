import { createOutflowEngine, webRuntime } from '@burritoshare/peer/engines';
import { createFileSource } from '@burritoshare/peer/storage';
import type { Source } from '@burritoshare/peer/storage';

import type { OutflowMessage } from '../../../workers/engine-messages.ts';
import { holdLifeline } from '../../../workers/lifeline.ts';
import { serveCalls } from '../../../workers/serve-calls.ts';
import type { SourceCalls } from '../calls.ts';
import { createMemoryFreer } from './memory-freer.ts';
import { createWaitingMap } from './waiting-map.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

// A waiting map, since engines have ports of their own and may ask for a source before it is opened.
const sources = createWaitingMap<number, Source>();
const free = createMemoryFreer();

serveCalls<SourceCalls>(self, {
  open: async ({ source, manifest, files }) => {
    sources.set(source, createFileSource({ manifest, files, free }));
    return { output: undefined };
  },
  load: async ({ source, piece }) => {
    const loaded = await (await sources.get(source)).load(piece);
    // Transferring a buffer takes all bytes in it. So copy the piece if it is only part of its buffer.
    const bytes = loaded.length === loaded.buffer.byteLength ? loaded : loaded.slice();
    return { output: bytes, transfer: [bytes.buffer] };
  },
  matches: async ({ source, piece, leaf }) => ({
    output: await (await sources.get(source)).matches(piece, leaf),
  }),
  digest: async ({ source, absent }) => ({
    output: await (await sources.get(source)).digest(absent),
  }),
  engine: async ({ port }) => {
    serveEngine(port);
    return { output: undefined };
  },
  close: async ({ source }) => {
    (await sources.get(source)).close();
    sources.delete(source);
    return { output: undefined };
  },
});

function serveEngine(port: MessagePort): void {
  const engine = createOutflowEngine({
    runtime: webRuntime,
    report: (report) => port.postMessage(report),
  });
  // This browser transfers channels but can't unpack them here. So every channel would be lost: report a failed engine.
  port.addEventListener('messageerror', () => port.postMessage({ type: 'engine.failed' }));
  port.addEventListener('message', ({ data }: MessageEvent<OutflowMessage>) =>
    engine.handle(data.type === 'flow.start' ? { ...data, source: sourceOf(data.source) } : data),
  );
  port.start();
}

function sourceOf(number: number): Source {
  const opened = sources.get(number);
  return {
    load: async (piece) => (await opened).load(piece),
    release: (bytes) => void opened.then((source) => source.release(bytes)),
    matches: async (piece, leaf) => (await opened).matches(piece, leaf),
    digest: async (absent) => (await opened).digest(absent),
    // A source outlives its flows. The page closes it.
    close: () => undefined,
  };
}
