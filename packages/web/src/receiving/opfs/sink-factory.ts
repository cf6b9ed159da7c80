import { createPlan, MEMORY_SINK_BYTES_MAX } from '@burritoshare/core';
import { PlatformError, createMemorySink } from '@burritoshare/peer/storage';
import type { Saver, SinkFactory } from '@burritoshare/peer/storage';

import type { Caller } from '../../workers/caller.ts';
import type { OpfsSinkCalls } from './calls.ts';
import { takeDeliveryLock } from './delivery-lock.ts';
import { journalRoom } from './journal-room.ts';
import { createOpfsSink, startOpfsSinkWorker } from './opfs-sink.ts';

export interface SinkFactoryInput {
  readonly save: Saver;
  /** The largest bundle that goes into memory, in bytes. */
  readonly memoryLimit?: number;
}

/**
 * Finds a place for a bundle: the origin's private file system if it works and has room, else this tab's memory up to
 * its cap, else none. Used only for new deliveries: a kept one has its room and its sink already
 * (stored-deliveries.ts).
 */
export function createSinkFactory({
  save,
  memoryLimit = MEMORY_SINK_BYTES_MAX,
}: SinkFactoryInput): SinkFactory {
  // The worker that has probed waits for `open`: starting another takes most of the time from "accept" to the first
  // byte.
  let spare: Caller<OpfsSinkCalls> | undefined;
  let state: 'wanted' | 'over' = 'wanted';
  const takeWorker = (): Caller<OpfsSinkCalls> => {
    const worker = spare ?? startOpfsSinkWorker();
    spare = undefined;
    return worker;
  };
  const keepWorker = (worker: Caller<OpfsSinkCalls>): void => {
    if (state === 'over' || spare !== undefined) return worker.end();
    spare = worker;
    void worker.died.then(() => {
      if (spare === worker) spare = undefined;
    });
  };

  return {
    async probe(manifest) {
      const { bytes } = manifest;
      const room = bytes + journalRoom(createPlan(manifest).pieces);
      const outcome = await probeOpfs(room, takeWorker, keepWorker).catch(
        () => 'unusable' as const,
      );
      if (outcome === 'volatile') return { kind: 'private', persistent: false, volatile: true };
      if (outcome === 'fits') return { kind: 'private', persistent: await isPersistent() };
      if (bytes <= memoryLimit) return { kind: 'memory' };
      return outcome === 'full'
        ? { kind: 'none', code: 'disk.full', limit: await roomBelow(bytes, memoryLimit) }
        : { kind: 'none', code: 'memory.limit', limit: memoryLimit };
    },
    async open({ sink, ...input }) {
      if (sink.kind === 'none') {
        throw new PlatformError(sink.code, `there is room for ${sink.limit} bytes`);
      }
      if (sink.kind === 'memory')
        return createMemorySink({ manifest: input.manifest, limit: memoryLimit, save });
      askForPersistence();
      return createOpfsSink({ ...input, save, worker: takeWorker() });
    },
    end() {
      state = 'over';
      spare?.end();
      spare = undefined;
    },
  };
}

// Firefox's private windows throw a SecurityError. Pages without HTTPS have no `storage` at all.
async function probeOpfs(
  bytes: number,
  takeWorker: () => Caller<OpfsSinkCalls>,
  keepWorker: (worker: Caller<OpfsSinkCalls>) => void,
): Promise<OpfsSinkCalls['probe']['output']> {
  await navigator.storage.getDirectory();
  const id = `probe-${crypto.randomUUID()}`;
  const release = await takeDeliveryLock(id);
  if (release === undefined) return 'unusable';
  const worker = takeWorker();
  try {
    const outcome = await worker.call('probe', { id, bytes });
    if (outcome === 'fits' || outcome === 'volatile') keepWorker(worker);
    else worker.end();
    return outcome;
  } catch (error) {
    worker.end();
    throw error;
  } finally {
    release();
  }
}

async function isPersistent(): Promise<boolean> {
  return navigator.storage.persisted().catch(() => false);
}

// Firefox asks the person, who may take a while. So don't wait for the answer.
function askForPersistence(): void {
  navigator.storage.persist().catch(() => false);
}

// The browser's estimate is often too high. It is used only if it explains the refusal.
async function roomBelow(bytes: number, memoryLimit: number): Promise<number> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  const room = quota - usage;
  return room < bytes ? Math.max(room, memoryLimit) : memoryLimit;
}
