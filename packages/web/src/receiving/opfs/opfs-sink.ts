import { createPlan, encodeDeliveryRecord } from '@burritoshare/core';
import type { Manifest } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { Saver, Sink, SinkInput } from '@burritoshare/peer/storage';

import { createCaller } from '../../workers/caller.ts';
import type { Caller } from '../../workers/caller.ts';
import type { DeliveryNames, OpfsSinkCalls } from './calls.ts';
import { takeDeliveryLock } from './delivery-lock.ts';
import type { Release } from './delivery-lock.ts';
import { diskFailure } from './disk-failure.ts';
import { openedSink } from './opened-sink.ts';
import type { StoredDelivery } from './stored-delivery.ts';

export interface NewSinkInput {
  /** The delivery's id. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly save: Saver;
  /** An earlier sink of this delivery may still have its lock and its files. Resolves once it has let go of them. */
  readonly earlier: Promise<unknown>;
}

/** A sink for a new delivery, before its person accepts: a worker, and once it has probed, the delivery's files. */
export interface NewSink {
  /**
   * Tries whether the bundle fits. Where it does, its files are made ready for `open` after the answer.
   *
   * @throws an error where there is no private file system.
   */
  probe(): Promise<OpfsSinkCalls['probe']['output']>;
  /**
   * Opens it, also if it hasn't probed.
   *
   * @throws PlatformError `disk.full` or `disk.failed`; nothing is left behind then.
   */
  open(input: Pick<SinkInput, 'link' | 'token' | 'generation' | 'choice'>): Promise<Sink>;
  /** Removes what was made, and releases the lock. Never throws. Idempotent. */
  discard(): Promise<void>;
  /** Resolves if the worker dies. */
  readonly died: Promise<void>;
}

export interface ReopenInput {
  readonly stored: StoredDelivery;
  readonly save: Saver;
  /** Releases the delivery's lock. The sink takes it over. */
  readonly release: Release;
  readonly renewed: DeliveryNames | undefined;
}

function startWorker(): Caller<OpfsSinkCalls> {
  const worker = new Worker(new URL('./worker/opfs-sink.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-sink',
  });
  return createCaller<OpfsSinkCalls>(worker);
}

/**
 * A {@link Sink} in the origin's private file system, for a new delivery: one file for the whole bundle and
 * a journal beside it, written by a worker. Takes the delivery's lock at once, and holds it until it is closed or
 * discarded.
 */
export function createOpfsSink({ id, manifest, save, earlier }: NewSinkInput): NewSink {
  const worker = startWorker();
  const locking = (async () => {
    await earlier;
    // Firefox's private windows throw a SecurityError. Pages without HTTPS have no `storage` at all.
    await navigator.storage.getDirectory();
    const release = await takeDeliveryLock(id);
    if (release === undefined)
      throw new PlatformError('disk.failed', 'another tab has this delivery');
    return openedSink({ worker, id, manifest, age: 'new', save, release });
  })();
  locking.catch(() => worker.end());
  return {
    async probe() {
      await locking;
      return worker.call('probe', { id, plan: createPlan(manifest) });
    },
    async open({ link, token, generation, choice }) {
      const sink = await locking;
      try {
        const record = encodeDeliveryRecord({ link, token, manifest, created: Date.now() });
        await worker.call('open', { id, manifest, beginning: { record, generation, choice } });
      } catch (error) {
        await sink.discard();
        throw diskFailure(error);
      }
      return sink;
    },
    async discard() {
      const sink = await locking.catch(() => undefined);
      await sink?.discard();
    },
    died: worker.died,
  };
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
  const worker = startWorker();
  const sink = openedSink({ worker, id, manifest, age: 'kept', save, release });
  try {
    await worker.call('open', { id, manifest, ...(renewed && { renewed }) });
    if (state === 'finished') await sink.offer(absent);
  } catch (error) {
    await sink.close();
    throw diskFailure(error);
  }
  return sink;
}
