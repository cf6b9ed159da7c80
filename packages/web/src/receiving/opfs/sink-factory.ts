import { MEMORY_SINK_BYTES_MAX } from '@burritoshare/core';
import type { Manifest } from '@burritoshare/core';
import { PlatformError, createMemorySink } from '@burritoshare/peer/storage';
import type { Saver, SinkFactory } from '@burritoshare/peer/storage';

import type { OpfsSinkCalls } from './calls.ts';
import { createOpfsSink } from './opfs-sink.ts';
import type { NewSink } from './opfs-sink.ts';

export interface SinkFactoryInput {
  readonly save: Saver;
  /** The largest bundle that goes into memory, in bytes. */
  readonly memoryLimit?: number;
}

/** What was made ready for a delivery while its person reads the offer. */
interface Ready {
  readonly delivery: string;
  readonly manifest: Manifest;
  readonly sink: NewSink;
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
  // Starting the worker and making the files take most of the time from "accept" to the first byte.
  let ready: Ready | undefined;
  let letting: Promise<unknown> = Promise.resolve();

  const letGo = (): void => {
    if (ready !== undefined) letting = Promise.all([letting, ready.sink.discard()]);
    ready = undefined;
  };

  const make = (manifest: Manifest, delivery: string): NewSink =>
    createOpfsSink({ id: delivery, manifest, save, earlier: letting });

  const probeOpfs = async (
    manifest: Manifest,
    delivery: string,
  ): Promise<OpfsSinkCalls['probe']['output']> => {
    letGo();
    const own: Ready = { delivery, manifest, sink: make(manifest, delivery) };
    ready = own;
    const letOwnGo = (): void => {
      if (ready === own) letGo();
    };
    void own.sink.died.then(letOwnGo);
    const outcome = await own.sink.probe().catch(() => 'unusable' as const);
    if (outcome === 'full' || outcome === 'unusable') letOwnGo();
    return outcome;
  };

  const take = (manifest: Manifest, delivery: string): NewSink => {
    const made = ready;
    if (made?.manifest === manifest && made.delivery === delivery) {
      ready = undefined;
      return made.sink;
    }
    letGo();
    return make(manifest, delivery);
  };

  return {
    async probe(manifest, delivery) {
      const { bytes } = manifest;
      const outcome = await probeOpfs(manifest, delivery);
      if (outcome === 'volatile') return { kind: 'private', persistent: false, volatile: true };
      if (outcome === 'fits') return { kind: 'private', persistent: await isPersistent() };
      if (bytes <= memoryLimit) return { kind: 'memory' };
      return outcome === 'full'
        ? { kind: 'none', code: 'disk.full', limit: await roomBelow(bytes, memoryLimit) }
        : { kind: 'none', code: 'memory.limit', limit: memoryLimit };
    },
    async open({ sink, manifest, delivery, ...input }) {
      if (sink.kind === 'none') {
        throw new PlatformError(sink.code, `there is room for ${sink.limit} bytes`);
      }
      if (sink.kind === 'memory') return createMemorySink({ manifest, limit: memoryLimit, save });
      askForPersistence();
      return take(manifest, delivery).open(input);
    },
    async end() {
      letGo();
      await letting;
    },
  };
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
