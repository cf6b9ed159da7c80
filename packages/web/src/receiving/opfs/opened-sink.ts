import {
  countPieces,
  createPlan,
  emptyPieces,
  hasPiece,
  LEAF_BYTES,
  LocalProtocolError,
  sizeOf,
  storageOffset,
} from '@burritoshare/core';
import type { AbsentEntry, Manifest, PieceSet } from '@burritoshare/core';
import { fileIn } from '@burritoshare/peer/storage';
import type { Held, ReceivedFiles, Saver, Sink } from '@burritoshare/peer/storage';

import type { Caller } from '../../workers/caller.ts';
import type { OpfsSinkCalls } from './calls.ts';
import type { Release } from './delivery-lock.ts';
import { orDiskFailure } from './disk-failure.ts';
import { readFile, removeDelivery } from './opfs-folder.ts';

export interface OpenedSinkInput {
  readonly worker: Caller<OpfsSinkCalls>;
  readonly id: string;
  readonly manifest: Manifest;
  /** A `new` delivery has nothing stored. */
  readonly age: 'new' | 'kept';
  readonly save: Saver;
  /** Releases the delivery's lock. The sink takes it over. */
  readonly release: Release;
}

/** The page's side of a sink in the OPFS. */
export interface OpenedSink extends Sink {
  /** Prepares the files of a finished delivery for handing over. */
  offer(absent: readonly AbsentEntry[]): Promise<void>;
  /** A port through which its worker serves the calls for a generation's bytes. Calls `lost` if the worker dies. */
  connect(lost: () => void): MessagePort;
}

/** A {@link Sink} whose worker has opened the delivery, or is about to. */
export function openedSink({
  worker,
  id,
  manifest,
  age,
  save,
  release,
}: OpenedSinkInput): OpenedSink {
  let files: ReceivedFiles | undefined;
  // An answer that is known needs no call, which the first byte of a new delivery would wait for.
  let contents: 'nothing' | 'unknown' = age === 'new' ? 'nothing' : 'unknown';
  const call: Caller<OpfsSinkCalls>['call'] = (...given) => orDiskFailure(worker.call(...given));
  const end = ender({ worker, id, release });
  const sealed = (): ReceivedFiles => {
    if (files === undefined) throw new LocalProtocolError('state', 'the sink is not sealed');
    return files;
  };
  const offer = async (absent: readonly AbsentEntry[]): Promise<void> => {
    const container = await orDiskFailure(readFile(id, 'data'));
    files = filesIn(container ?? new Blob(), manifest, absent);
  };
  return {
    offer,
    connect(lost) {
      // Writing goes on, so the sealed files are out of date.
      files = undefined;
      contents = 'unknown';
      const { port1, port2 } = new MessageChannel();
      call('connect', { port: port2 }, [port2]).catch(lost);
      // The port itself doesn't show that its worker has died.
      void worker.died.then(lost);
      return port1;
    },
    async store(parcel, bytes) {
      files = undefined;
      contents = 'unknown';
      // Transferring a view's buffer would also take the bytes around the view.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      return call('store', { parcel, bytes: own }, [own.buffer]);
    },
    storeAgain: (parcel) => call('storeAgain', { parcel }),
    async list() {
      if (contents === 'nothing') return heldOf(emptyPieces, new Uint8Array());
      const { pieces, leaves } = await call('list', undefined);
      return heldOf(pieces, leaves);
    },
    async forget(ranges) {
      files = undefined;
      await call('forget', { ranges });
    },
    recordGeneration: (generation) => call('recordGeneration', { generation }),
    async recordChoice(choice) {
      await call('recordChoice', choice);
    },
    digest: (absent) => call('digest', { absent }),
    async seal(absent) {
      await call('seal', { absent });
      await offer(absent);
    },
    read: async (file) => fileIn(sealed(), file),
    async save(method) {
      const handedOver = sealed();
      // If it can't be recorded, hand the files over anyway: the person waits for them.
      const note = () => call('recordHandOver', { time: Date.now() }).catch(() => undefined);
      return save(handedOver, method, note);
    },
    async discard() {
      files = undefined;
      contents = 'unknown';
      await end('remove');
    },
    async close() {
      files = undefined;
      contents = 'unknown';
      await end('keep');
    },
  };
}

function heldOf(pieces: PieceSet, leaves: Uint8Array): Held {
  return {
    pieces,
    leafOf(ordinal) {
      if (!hasPiece(pieces, ordinal))
        throw new LocalProtocolError('argument', `piece ${ordinal} is not held`);
      const at = countPieces(pieces, 0, ordinal) * LEAF_BYTES;
      return leaves.subarray(at, at + LEAF_BYTES);
    },
  };
}

function filesIn(
  container: Blob,
  manifest: Manifest,
  absent: readonly AbsentEntry[],
): ReceivedFiles {
  const plan = createPlan(manifest);
  return {
    manifest,
    absent,
    rangeOf(file) {
      const start = storageOffset(plan, { file, offset: 0 });
      return { blob: container, start, end: start + sizeOf(plan, file) };
    },
  };
}

// Ends the sink once. Later calls get the first one's result, since the delivery is no longer this tab's.
function ender({
  worker,
  id,
  release,
}: Pick<OpenedSinkInput, 'worker' | 'id' | 'release'>): (how: 'keep' | 'remove') => Promise<void> {
  const run = async (how: 'keep' | 'remove'): Promise<void> => {
    try {
      // An open file can't be removed. If the worker has died, its files are closed already.
      await worker.call(how === 'keep' ? 'close' : 'abandon', undefined).catch(() => undefined);
      worker.end();
      // A folder that can't be removed now is found by the next visit.
      if (how === 'remove') await removeDelivery(id).catch(() => undefined);
    } finally {
      release();
    }
  };
  let running: Promise<void> | undefined;
  return (how) => (running ??= run(how));
}
