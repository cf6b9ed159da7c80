import type { FileSourceInput, Source } from '@burritoshare/peer/storage';

import { createCaller } from '../calls/caller.ts';
import type { Caller } from '../calls/caller.ts';
import type { SourceCalls } from './calls.ts';

/** The sources of a tab's deliveries, in one worker that they share. */
export interface WorkerSources {
  /** A source for one delivery, as `createFileSource` makes it. Reading and hashing happen in the worker. */
  open(input: FileSourceInput): Source;
  /** Ends the worker and every source; calls under way reject. */
  end(): void;
}

/**
 * Starts the worker at once, and again after it died: its script has to be here before somebody accepts, when
 * the server may be gone.
 */
export function createWorkerSources(): WorkerSources {
  let lastSource = 0;
  const startWorker = (): Caller<SourceCalls> => {
    const worker = new Worker(new URL('../workers/source.worker.ts', import.meta.url), {
      type: 'module',
      name: 'burritoshare-source',
    });
    worker.addEventListener('error', () => (caller = undefined));
    return createCaller<SourceCalls>(worker);
  };
  let caller: Caller<SourceCalls> | undefined = startWorker();

  return {
    open({ manifest, files }) {
      caller ??= startWorker();
      return openSource(caller, ++lastSource, { manifest, files });
    },
    end() {
      caller?.end();
      caller = undefined;
    },
  };
}

function openSource(caller: Caller<SourceCalls>, source: number, input: FileSourceInput): Source {
  const opened = caller.call('open', { source, ...input });
  // Whoever loads or digests is told; a source that nobody asks anything fails in silence.
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
    async matches(piece, leaf) {
      closing.signal.throwIfAborted();
      await opened;
      return unlessClosed(caller.call('matches', { source, piece, leaf }));
    },
    async digest(failedFiles) {
      closing.signal.throwIfAborted();
      await opened;
      return unlessClosed(caller.call('digest', { source, failedFiles }));
    },
    close() {
      if (closing.signal.aborted) return;
      closing.abort();
      // A worker that is gone holds nothing any more.
      caller.call('close', { source }).catch(() => undefined);
    },
  };
}
