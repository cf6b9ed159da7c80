import { LocalProtocolError, createPlan, sizeOf, storageOffset } from '@burritoshare/core';
import type { FailedFile, Manifest } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { ReceivedFiles, Saver, Sink } from '@burritoshare/peer/storage';

import { createCaller } from '../calls/caller.ts';
import type { Caller } from '../calls/caller.ts';
import type { PrivateSinkCalls } from './calls.ts';
import { takeDeliveryLock } from './delivery-lock.ts';
import type { Release } from './delivery-lock.ts';
import { openContainer, removeDelivery } from './private-folder.ts';

export interface PrivateSinkInput {
  readonly delivery: string;
  readonly manifest: Manifest;
  readonly save: Saver;
}

/** Starts the worker that private sinks and probes live in. */
export function startPrivateSinkWorker(): Caller<PrivateSinkCalls> {
  const worker = new Worker(new URL('../workers/private-sink.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-sink',
  });
  return createCaller<PrivateSinkCalls>(worker);
}

/**
 * A {@link Sink} in the origin's private file system: one file for the whole bundle, written by a worker.
 * Holds the delivery's lock until it is discarded.
 *
 * @throws PlatformError `disk.full` or `disk.failed`; nothing is left behind then.
 */
export async function createPrivateSink({
  delivery,
  manifest,
  save,
}: PrivateSinkInput): Promise<Sink> {
  const release = await takeDeliveryLock(delivery);
  if (release === undefined)
    throw new PlatformError('disk.failed', 'another tab has this delivery');
  const worker = startPrivateSinkWorker();
  const discard = discarder(delivery, worker, release);
  try {
    await worker.call('open', { delivery, manifest });
  } catch (error) {
    await discard();
    throw diskFailure(error);
  }
  return openedSink({ delivery, manifest, save }, worker, discard);
}

function openedSink(
  { delivery, manifest, save }: PrivateSinkInput,
  worker: Caller<PrivateSinkCalls>,
  discard: () => Promise<void>,
): Sink {
  let files: ReceivedFiles | undefined;
  return {
    async store(piece, bytes) {
      // Handing over a view's buffer would take its neighbours along.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      await orDiskFailure(worker.call('store', { piece, bytes: own }, [own.buffer]));
    },
    digest: (failedFiles) => orDiskFailure(worker.call('digest', { failedFiles })),
    async seal(failedFiles) {
      await orDiskFailure(worker.call('seal', undefined));
      const container = await orDiskFailure(openContainer(delivery).then((file) => file.getFile()));
      files = filesIn(container, manifest, failedFiles);
    },
    async save(method) {
      if (files === undefined) throw new LocalProtocolError('state', 'the sink is not sealed');
      return save(files, method);
    },
    async discard() {
      files = undefined;
      await discard();
    },
  };
}

function filesIn(
  container: Blob,
  manifest: Manifest,
  failedFiles: readonly FailedFile[],
): ReceivedFiles {
  const plan = createPlan(manifest);
  return {
    manifest,
    failedFiles,
    rangeOf(file) {
      const start = storageOffset(plan, { file, offset: 0 });
      return { blob: container, start, end: start + sizeOf(plan, file) };
    },
  };
}

function discarder(
  delivery: string,
  worker: Caller<PrivateSinkCalls>,
  release: Release,
): () => Promise<void> {
  const run = async (): Promise<void> => {
    try {
      // A file that is open can't be removed. A worker that died has let go of it.
      await worker.call('close', undefined).catch(() => undefined);
      worker.end();
      // What can't be removed is a leftover, which the next start of the page removes.
      await removeDelivery(delivery).catch(() => undefined);
    } finally {
      release();
    }
  };
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

async function orDiskFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFailure(error);
  }
}

// A worker that ended on purpose is not a disk that failed.
function diskFailure(error: unknown): unknown {
  if (error instanceof PlatformError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  return new PlatformError('disk.failed', String(error), { cause: error });
}
