// What of earlier visits, and of this one, is kept in the origin's private file system.

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
  /** Another tab has it: what is said of it may be behind, and it can't be opened here. */
  readonly isElsewhere: boolean;
}

/** A delivery that this tab has to itself until the sink is closed or discarded. */
export interface OpenedDelivery {
  readonly stored: StoredDelivery;
  /** To go on with an unfinished one; a finished one can be saved from at once. */
  readonly sink: Sink;
}

/** All that is kept and whose time isn't over, the last one changed first. Never throws: where nothing can be kept, nothing is. */
export async function listStored(): Promise<readonly ListedDelivery[]> {
  try {
    const ids = await listDeliveries();
    const elsewhere = await heldElsewhere(ids);
    const found: ListedDelivery[] = [];
    for (const id of ids) {
      const stored = await readStored(id);
      if (stored === undefined) continue;
      const isElsewhere = elsewhere.has(id);
      // What another tab has is that tab's to judge.
      if (isElsewhere || !isExpired(stored, Date.now())) found.push({ ...stored, isElsewhere });
    }
    return found.toSorted((a, b) => b.changed - a.changed);
  } catch {
    return [];
  }
}

/**
 * Opens what is kept of a delivery, and takes its lock.
 *
 * @returns undefined when another tab has it, or it is gone.
 * @throws PlatformError `disk.full` or `disk.failed`; what is kept stays.
 */
export function openStored(id: string, save: Saver): Promise<OpenedDelivery | undefined> {
  return open(id, save);
}

/**
 * Gives what is kept of a delivery to a new one, which has used no generation and holds all of it: to try
 * files again that failed. It keeps its {@link StoredDelivery.id}, and has another `delivery` and `token`.
 *
 * @returns and throws as {@link openStored} does.
 */
export function renewStored(id: string, save: Saver): Promise<OpenedDelivery | undefined> {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return open(id, save, { delivery: toBase64Url(random(16)), token: random(32) });
}

/**
 * Removes what is kept of a delivery that is not open.
 *
 * @returns whether it is gone: not so when a tab has it, which may be this one.
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
    failedFiles: [],
    digest: undefined,
    handedOver: undefined,
  };
}
