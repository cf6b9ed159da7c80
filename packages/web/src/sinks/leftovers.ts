import { takeDeliveryLock } from './delivery-lock.ts';
import { listDeliveries, removeDelivery } from './private-folder.ts';
import { readStored } from './stored-state.ts';

/**
 * Removes what probes and torn starts have left in the origin's private file system: every folder without a
 * record that can be read, and whose lock nobody holds. To be called when the page starts. Never throws:
 * where there is no such file system, nothing can be left in it.
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
    if ((await readStored(id)) !== undefined) return false;
    await removeDelivery(id);
    return true;
  } finally {
    release();
  }
}
