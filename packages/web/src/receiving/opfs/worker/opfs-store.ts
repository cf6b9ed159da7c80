import { createPlan, LEAF_BYTES, LocalProtocolError, rangesOf } from '@burritoshare/core';
import type {
  AbsentEntry,
  BundleDigest,
  Choice,
  Manifest,
  Parcel,
  PieceRange,
} from '@burritoshare/core';
import { createPieceHashes, PlatformError } from '@burritoshare/peer/storage';
import type { Held } from '@burritoshare/peer/storage';

import type { DeliveryNames, OpfsSinkCalls } from '../calls.ts';
import { openDeliveryFiles } from './delivery-files.ts';
import type { DeliveryFiles } from './delivery-files.ts';
import { createTurns } from './turns.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The worker's side of a sink in the OPFS. Like a Sink, its calls reject with a PlatformError. */
export interface OpfsStore {
  /** Resolves with the bytes' memory, which is free again. */
  store(parcel: Parcel, bytes: Bytes): Promise<Bytes>;
  storeAgain(parcel: Parcel): Promise<void>;
  list(): Promise<OpfsSinkCalls['list']['output']>;
  forget(ranges: readonly PieceRange[]): Promise<void>;
  recordGeneration(generation: number): Promise<void>;
  recordChoice(choice: Choice): Promise<void>;
  renew(names: DeliveryNames): Promise<void>;
  digest(absent: readonly AbsentEntry[]): Promise<BundleDigest>;
  seal(absent: readonly AbsentEntry[]): Promise<void>;
  recordHandOver(time: number): Promise<void>;
  close(): Promise<void>;
  abandon(): Promise<void>;
}

/**
 * Opens a kept delivery, or a new one with the files that it has just begun in.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openOpfsStore(
  id: string,
  manifest: Manifest,
  begun?: DeliveryFiles,
): Promise<OpfsStore> {
  const plan = createPlan(manifest);
  const leaves = createPieceHashes(manifest);
  const turns = createTurns();
  /** Parcels that didn't fit. Credit bounds their number, since it is not returned for them. */
  const unfitting = new Map<number, Bytes>();
  let isClosed = false;
  let opening = begun && Promise.resolve(begun);

  // Opens the files again if they were closed: the sender may still continue a sealed delivery.
  const files = async (): Promise<DeliveryFiles> => {
    if (isClosed) throw new LocalProtocolError('state', 'the delivery is closed');
    opening ??= openDeliveryFiles(id, plan).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  const letGo = async (): Promise<void> => {
    const opened = await opening?.catch(() => undefined);
    opening = undefined;
    opened?.close();
  };

  const { state } = await files();
  for (const [ordinal, leaf] of state.leaves) leaves.keep(ordinal, leaf);
  if (state.finished !== undefined) await letGo();

  const put = async (parcel: Parcel, bytes: Bytes): Promise<Bytes> => {
    const disk = await files();
    try {
      // Start hashing first: it runs while the write blocks this thread.
      const hashed = leaves.hashParcel(parcel, bytes);
      disk.write(parcel, bytes);
      const pieces = await hashed;
      disk.note(pieces);
      for (const { piece, leaf } of pieces) leaves.keep(piece.ordinal, leaf);
      return bytes;
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'disk.full')
        unfitting.set(parcel.ordinal, bytes);
      throw error;
    }
  };

  return {
    store: (parcel, bytes) => turns.beside(() => put(parcel, bytes)),
    storeAgain: (parcel) =>
      turns.beside(async () => {
        const bytes = unfitting.get(parcel.ordinal);
        if (bytes === undefined)
          throw new LocalProtocolError('state', `piece ${parcel.ordinal} was not kept`);
        unfitting.delete(parcel.ordinal);
        await put(parcel, bytes);
      }),
    list: () =>
      turns.alone(async () => {
        unfitting.clear();
        (await files()).settle();
        return listed(leaves.held());
      }),
    forget: (ranges) =>
      turns.alone(async () => {
        (await files()).forget(ranges);
        leaves.forget(ranges);
      }),
    recordGeneration: (generation) =>
      turns.beside(async () => (await files()).record({ type: 'generation', generation })),
    recordChoice: (choice) =>
      turns.beside(async () => (await files()).record({ type: 'chosen', ...choice })),
    renew: (names) =>
      turns.alone(async () => (await files()).record({ type: 'renewed', ...names })),
    digest: async (absent) => leaves.digest(absent),
    seal: (absent) =>
      turns.alone(async () => {
        const disk = await files();
        disk.settle();
        disk.record({ type: 'finished', digest: leaves.digest(absent), absent });
        await letGo();
      }),
    recordHandOver: (time) =>
      turns.alone(async () => {
        const wasOpen = opening !== undefined;
        (await files()).record({ type: 'handedOver', time });
        if (!wasOpen) await letGo();
      }),
    close: () =>
      turns.alone(async () => {
        if (isClosed) return;
        try {
          (await opening)?.settle();
        } finally {
          isClosed = true;
          await letGo();
        }
      }),
    async abandon() {
      isClosed = true;
      await letGo();
    },
  };
}

function listed(held: Held): OpfsSinkCalls['list']['output'] {
  const { pieces } = held;
  const leaves = new Uint8Array(pieces.size * LEAF_BYTES);
  let at = 0;
  for (const { first, end } of rangesOf(pieces)) {
    for (let ordinal = first; ordinal < end; ordinal++) {
      leaves.set(held.leafOf(ordinal), at);
      at += LEAF_BYTES;
    }
  }
  return { pieces, leaves };
}
