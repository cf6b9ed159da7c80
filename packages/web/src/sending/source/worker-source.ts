import { createPlan, hasBytes, LEAF_BYTES, pieceAt } from '@burritoshare/core';
import type { Manifest } from '@burritoshare/core';
import type { OpenEngine } from '@burritoshare/peer';
import type { OutflowReport, OutflowRequest } from '@burritoshare/peer/engines';
import type { FileSourceInput, Source } from '@burritoshare/peer/storage';

import { createCaller } from '../../workers/caller.ts';
import type { Caller } from '../../workers/caller.ts';
import type { OutflowMessage } from '../../workers/engine-messages.ts';
import { portEngine } from '../../workers/port-engine.ts';
import type { SourceCalls } from './calls.ts';

/** The sources of a tab's deliveries, in one worker that they share. */
export interface WorkerSources {
  /** Opens a source for one delivery, like `createFileSource`. The worker reads and hashes. */
  open(input: FileSourceInput): Source;
  /**
   * Reads and hashes a bundle's first piece, the first time that it is called for the bundle, and lets it go again.
   * A source then finds the worker begun, its code compiled, and the piece in the system's cache.
   */
  prepare(input: FileSourceInput): void;
  /** Opens an outflow engine in the same worker. */
  readonly openEngine: OpenEngine<OutflowRequest, OutflowReport>;
  /** Ends the worker and every source. Pending calls reject. */
  end(): void;
}

/**
 * Starts the worker at once, and a new one after it dies. At once, since the server may be gone when a receiver
 * accepts.
 */
export function createWorkerSources(): WorkerSources {
  let lastSource = 0;
  const numbers = new WeakMap<Source, number>();
  /** The bundles that were prepared. */
  const prepared = new WeakSet<FileSourceInput['files']>();
  const startWorker = (): Caller<SourceCalls> => {
    const worker = new Worker(new URL('./worker/source.worker.ts', import.meta.url), {
      type: 'module',
      name: 'burritoshare-source',
    });
    const started = createCaller<SourceCalls>(worker);
    void started.died.then(() => {
      if (caller === started) caller = undefined;
    });
    return started;
  };
  let caller: Caller<SourceCalls> | undefined = startWorker();

  const openEngine: WorkerSources['openEngine'] = (report) => {
    const { port1, port2 } = new MessageChannel();
    const fail = (): void => report({ type: 'engine.failed' });
    caller ??= startWorker();
    caller.call('engine', { port: port2 }, [port2]).catch(fail);
    void caller.died.then(fail);
    const engine = portEngine<OutflowMessage>(port1, (said) => report(said as OutflowReport));
    return {
      handle: (request) =>
        engine.handle(
          request.type === 'flow.start'
            ? { ...request, source: numbers.get(request.source) ?? 0 }
            : request,
        ),
    };
  };

  const open = ({ manifest, files }: FileSourceInput): Source => {
    caller ??= startWorker();
    const source = openSource(caller, ++lastSource, { manifest, files });
    numbers.set(source, lastSource);
    return source;
  };

  return {
    open,
    prepare({ manifest, files }) {
      if (prepared.has(files)) return;
      prepared.add(files);
      const first = firstFile(manifest, files);
      if (first !== undefined) void readFirst(open(first), first.manifest);
    },
    openEngine,
    end() {
      caller?.end();
      caller = undefined;
    },
  };
}

/** The first file that has bytes, as a bundle of its own: the whole manifest may be long. */
function firstFile({ name, entries }: Manifest, files: FileSourceInput['files']) {
  const index = entries.findIndex((entry) => hasBytes(entry) && entry.size > 0);
  const entry = entries[index];
  if (!hasBytes(entry)) return undefined;
  return { manifest: { name, entries: [entry], bytes: entry.size }, files: [files[index]] };
}

async function readFirst(source: Source, manifest: Manifest): Promise<void> {
  try {
    // Compares it with nothing. Unlike `load`, that leaves the bytes in the worker.
    await source.matches(pieceAt(createPlan(manifest), 0), new Uint8Array(LEAF_BYTES));
  } catch {
    // Whoever accepts will hear what is wrong.
  } finally {
    source.close();
  }
}

function openSource(caller: Caller<SourceCalls>, source: number, input: FileSourceInput): Source {
  const opened = caller.call('open', { source, ...input });
  // The calls on the source report this failure. Without a call, it stays silent.
  opened.catch(() => undefined);
  const closing = new AbortController();
  const unlessClosed = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer;
    closing.signal.throwIfAborted();
    return result;
  };

  return {
    async load(piece) {
      closing.signal.throwIfAborted();
      await opened;
      return unlessClosed(caller.call('load', { source, piece }));
    },
    // The worker has transferred the bytes, so the garbage collector frees them here.
    release: () => undefined,
    async matches(piece, leaf) {
      closing.signal.throwIfAborted();
      await opened;
      return unlessClosed(caller.call('matches', { source, piece, leaf }));
    },
    async digest(absent) {
      closing.signal.throwIfAborted();
      await opened;
      return unlessClosed(caller.call('digest', { source, absent }));
    },
    close() {
      if (closing.signal.aborted) return;
      closing.abort();
      // If the worker is gone, so is the source.
      caller.call('close', { source }).catch(() => undefined);
    },
  };
}
