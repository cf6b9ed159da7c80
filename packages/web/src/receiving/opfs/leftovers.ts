import { takeDeliveryLock } from './delivery-lock.ts';
import { isExpired } from './expiry.ts';
import { listDeliveries, removeDelivery } from './opfs-folder.ts';
import { readStored } from './stored-delivery.ts';

/** Milliseconds between two looks while a page is open: a copy goes at most this much later than it is said to. */
const LOOK_INTERVAL = 3_600_000;

/** Removes leftovers now, and again and again as long as the page lives; nobody waits for it. */
export function keepCleaning(): void {
  void removeLeftovers();
  setInterval(() => void removeLeftovers(), LOOK_INTERVAL);
}

/**
 * Removes what nobody will come back for from the origin's private file system: every folder without a record
 * that can be read, which probes and torn starts have left, and every copy whose time is over; none whose lock
 * a tab holds. Never throws: where there is no such file system, nothing can be left in it.
 *
 * @returns the ids of what was removed.
 */
export async function removeLeftovers(): Promise<readonly string[]> {
  const removed: string[] = [];
  try {
    for (const id of await listDeliveries()) {
      if (await removeIfLeft(id)) removed.push(id);
    }
  } catch {
    // What can't be removed now is tried again at the next start.
  }
  return removed;
}

// A tab takes the lock before it makes the folder, so a folder without a lock belongs to nobody; and
// holding it while looking keeps a tab that opens the same delivery now from losing its new files.
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
