import { takeDeliveryLock } from './delivery-lock.ts';
import { listDeliveries, removeDelivery } from './private-folder.ts';

/**
 * Removes what tabs that crashed or were closed have left in the origin's private file system: every
 * delivery whose lock nobody holds. To be called when the page starts. Never throws: where there is no
 * such file system, nothing can be left in it.
 *
 * @returns the ids of the deliveries that were removed.
 */
export async function removeLeftovers(): Promise<readonly string[]> {
  const removed: string[] = [];
  try {
    for (const delivery of await listDeliveries()) {
      if (await removeUnlessHeld(delivery)) removed.push(delivery);
    }
  } catch {
    // What can't be removed now is tried again at the next start.
  }
  return removed;
}

// A tab takes the lock before it makes the folder, so a folder without a lock belongs to nobody; and
// holding it while removing keeps a tab that opens the same delivery now from losing its new file.
async function removeUnlessHeld(delivery: string): Promise<boolean> {
  const release = await takeDeliveryLock(delivery);
  if (release === undefined) return false;
  try {
    await removeDelivery(delivery);
    return true;
  } finally {
    release();
  }
}
