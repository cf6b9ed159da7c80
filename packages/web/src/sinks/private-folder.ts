// The origin's private file system holds `deliveries/<id>/data`, one folder for each delivery. Workers and
// the page both come here, so this uses nothing that only one of them has.

const DELIVERIES = 'deliveries';
const CONTAINER = 'data';

/** The file that holds all of a delivery's bytes, back to back in the manifest's order. Made if it isn't there. */
export async function openContainer(delivery: string): Promise<FileSystemFileHandle> {
  const deliveries = await deliveriesFolder();
  const folder = await deliveries.getDirectoryHandle(delivery, { create: true });
  return folder.getFileHandle(CONTAINER, { create: true });
}

/** Removes what is kept of a delivery; nothing kept is fine. */
export async function removeDelivery(delivery: string): Promise<void> {
  try {
    await (await deliveriesFolder()).removeEntry(delivery, { recursive: true });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
  }
}

/** The ids of the deliveries of which something is kept. */
export async function listDeliveries(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of (await deliveriesFolder()).keys()) ids.push(id);
  return ids;
}

async function deliveriesFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DELIVERIES, { create: true });
}
