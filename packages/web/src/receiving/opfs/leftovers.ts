import { takeDeliveryLock } from './delivery-lock.ts';
import { isExpired } from './expiry.ts';
import { listDeliveries, removeDelivery } from './opfs-folder.ts';
import { readStored } from './stored-delivery.ts';

/** Milliseconds between two checks while a page is open: a copy is removed at most this long after its time. */
const LOOK_INTERVAL = 3_600_000;

/** Milliseconds from a page's start to the first look: until then it has better things to ask of the disk. */
const FIRST_LOOK = 3_000;

/** Removes leftovers soon and at intervals, as long as the page lives. */
export function keepCleaning(): void {
  setTimeout(() => void removeLeftovers(), FIRST_LOOK);
  setInterval(() => void removeLeftovers(), LOOK_INTERVAL);
}

/**
 * Removes leftovers from the origin's private file system: folders without a readable record, of tabs that were closed
 * before their person accepted or crashed at the start, and copies whose time is over. It skips deliveries that a tab
 * has locked. Never throws, also where there is no such file system.
 *
 * @returns the ids of the removed deliveries.
 */
export async function removeLeftovers(): Promise<readonly string[]> {
  const removed: string[] = [];
  try {
    for (const id of await listDeliveries()) {
      if (await removeIfLeft(id)) removed.push(id);
    }
  } catch {
    // The next run tries again.
  }
  return removed;
}

// A tab takes the lock before it makes the folder, so a folder without a lock is in no use. Holding the lock meanwhile
// keeps another tab from opening the delivery and losing its new files.
async function removeIfLeft(id: string): Promise<boolean> {
  const release = await takeDeliveryLock(id);
  if (release === undefined) return false;
  try {
    const stored = await readStored(id);
    if (stored !== undefined && !isExpired(stored, Date.now())) return false;
    await removeDelivery(id);
    return true;
  } finally {
    release();
  }
}
