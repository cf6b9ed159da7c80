import { encodeDeliveryRecord } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { Saver, Sink, SinkInput } from '@burritoshare/peer/storage';

import { createCaller } from '../../workers/caller.ts';
import type { Caller } from '../../workers/caller.ts';
import type { DeliveryNames, OpfsSinkCalls } from './calls.ts';
import { takeDeliveryLock } from './delivery-lock.ts';
import type { Release } from './delivery-lock.ts';
import { diskFailure } from './disk-failure.ts';
import { openedSink } from './opened-sink.ts';
import { removeDelivery } from './opfs-folder.ts';
import type { StoredDelivery } from './stored-delivery.ts';

export interface OpfsSinkInput extends Omit<SinkInput, 'sink'> {
  readonly save: Saver;
  /** Holds no delivery yet. The sink takes it over. */
  readonly worker: Caller<OpfsSinkCalls>;
}

export interface ReopenInput {
  readonly stored: StoredDelivery;
  readonly save: Saver;
  /** Releases the delivery's lock. The sink takes it over. */
  readonly release: Release;
  readonly renewed: DeliveryNames | undefined;
}

/** Starts the worker for a sink in the OPFS, or for a probe. */
export function startOpfsSinkWorker(): Caller<OpfsSinkCalls> {
  const worker = new Worker(new URL('./worker/opfs-sink.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-sink',
  });
  return createCaller<OpfsSinkCalls>(worker);
}

/**
 * A {@link Sink} in the origin's private file system, for a new delivery: one file for the whole bundle and
 * a journal beside it, written by a worker. Holds the delivery's lock until it is closed or discarded.
 *
 * @throws PlatformError `disk.full` or `disk.failed`; nothing is left behind then.
 */
export async function createOpfsSink({
  delivery: id,
  link,
  token,
  manifest,
  save,
  worker,
}: OpfsSinkInput): Promise<Sink> {
  const release = await takeDeliveryLock(id);
  if (release === undefined) {
    worker.end();
    throw new PlatformError('disk.failed', 'another tab has this delivery');
  }
  const record = encodeDeliveryRecord({ link, token, manifest, created: Date.now() });
  const sink = openedSink({ worker, id, manifest, save, release });
  try {
    await removeDelivery(id);
    await worker.call('open', { id, manifest, record });
  } catch (error) {
    await sink.discard();
    throw diskFailure(error);
  }
  return sink;
}

/**
 * A {@link Sink} for a kept delivery.
 *
 * @throws PlatformError `disk.full` or `disk.failed`; the files stay, and the lock is released.
 */
export async function reopenOpfsSink({
  stored,
  save,
  release,
  renewed,
}: ReopenInput): Promise<Sink> {
  const { id, manifest, state, absent } = stored;
  const worker = startOpfsSinkWorker();
  const sink = openedSink({ worker, id, manifest, save, release });
  try {
    await worker.call('open', { id, manifest, ...(renewed && { renewed }) });
    if (state === 'finished') await sink.offer(absent);
  } catch (error) {
    await sink.close();
    throw diskFailure(error);
  }
  return sink;
}
