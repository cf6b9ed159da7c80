// Lists, opens and removes the deliveries in the origin's private file system, from earlier visits and this one.

import { toBase64Url } from '@burritoshare/core';
import type { Saver, Sink } from '@burritoshare/peer/storage';

import type { DeliveryNames } from './calls.ts';
import { heldElsewhere, takeDeliveryLock } from './delivery-lock.ts';
import { diskFailure } from './disk-failure.ts';
import { isExpired } from './expiry.ts';
import { listDeliveries, removeDelivery } from './opfs-folder.ts';
import { reopenOpfsSink } from './opfs-sink.ts';
import { readStored } from './stored-delivery.ts';
import type { StoredDelivery } from './stored-delivery.ts';

export type { StoredDelivery } from './stored-delivery.ts';

/** A delivery as it is listed. */
export interface ListedDelivery extends StoredDelivery {
  /** Whether another tab has it open. Its data here may then be out of date, and it can't be opened here. */
  readonly isElsewhere: boolean;
}

/** A delivery that this tab has locked until the sink is closed or discarded. */
export interface OpenedDelivery {
  readonly stored: StoredDelivery;
  /** An unfinished delivery goes on with this sink; a finished one can be saved from it at once. */
  readonly sink: Sink;
}

/**
 * All kept deliveries whose time isn't over, the last changed first. Never throws: without a private file system the
 * list is empty.
 */
export async function listStored(): Promise<readonly ListedDelivery[]> {
  try {
    const ids = await listDeliveries();
    const elsewhere = await heldElsewhere(ids);
    const found: ListedDelivery[] = [];
    for (const id of ids) {
      // One that can't be read must not hide the others.
      const stored = await readStored(id).catch(() => undefined);
      if (stored === undefined) continue;
      const isElsewhere = elsewhere.has(id);
      // Only the tab that has a delivery open decides whether it has expired.
      if (isElsewhere || !isExpired(stored, Date.now())) found.push({ ...stored, isElsewhere });
    }
    return found.toSorted((a, b) => b.changed - a.changed);
  } catch {
    return [];
  }
}

/**
 * Opens a kept delivery and takes its lock.
 *
 * @returns undefined when another tab has it, or it is gone.
 * @throws PlatformError `disk.full` or `disk.failed`; the files stay.
 */
export function openStored(id: string, save: Saver): Promise<OpenedDelivery | undefined> {
  return open(id, save);
}

/**
 * Turns a kept delivery into a new one that holds all its pieces and has used no generation, to try failed files again.
 * It keeps its {@link StoredDelivery.id} and gets another `delivery` and `token`.
 *
 * @returns and throws as {@link openStored} does.
 */
export function renewStored(id: string, save: Saver): Promise<OpenedDelivery | undefined> {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return open(id, save, { delivery: toBase64Url(random(16)), token: random(32) });
}

/**
 * Removes a kept delivery that no tab has open.
 *
 * @returns whether it was removed; false when a tab has it open, which may be this one.
 */
export async function discardStored(id: string): Promise<boolean> {
  const release = await takeDeliveryLock(id);
  if (release === undefined) return false;
  try {
    await removeDelivery(id);
    return true;
  } finally {
    release();
  }
}

async function open(
  id: string,
  save: Saver,
  renewed?: DeliveryNames,
): Promise<OpenedDelivery | undefined> {
  const release = await takeDeliveryLock(id);
  if (release === undefined) return undefined;
  const found = await readStored(id).catch((error: unknown) => {
    release();
    throw diskFailure(error);
  });
  if (found === undefined) {
    release();
    return undefined;
  }
  const stored = renewed === undefined ? found : asRenewed(found, renewed);
  return { stored, sink: await reopenOpfsSink({ stored, save, release, renewed }) };
}

function asRenewed(stored: StoredDelivery, names: DeliveryNames): StoredDelivery {
  return {
    ...stored,
    ...names,
    generation: 0,
    state: 'unfinished',
    absent: [],
    digest: undefined,
    handedOver: undefined,
  };
}
