// The origin's private file system holds one folder for each delivery, `deliveries/<id>`, and in it the
// files that are named below. Workers and the page both come here, so this uses nothing that only one of
// them has.

const DELIVERIES = 'deliveries';

export type StoredFileName =
  /** Who the delivery is: written before anything else, and never again. */
  | 'record.json'
  /** What of the bundle is here: see core's journal. */
  | 'journal'
  /** All of the bundle's bytes, back to back in the manifest's order. */
  | 'data';

/** Milliseconds between two looks at a file that is still in use. */
const RELEASE_INTERVAL = 50;

/** Looks, three seconds of them: a worker is ended shortly after its page, within a second on a busy machine. */
const RELEASE_LOOKS = 60;

/** A file of a delivery. Made, and its folder too, if it isn't there. */
export async function makeFile(id: string, name: StoredFileName): Promise<FileSystemFileHandle> {
  const folder = await (await deliveriesFolder()).getDirectoryHandle(id, { create: true });
  return folder.getFileHandle(name, { create: true });
}

/** A file of a delivery as it is now; undefined if it isn't there. */
export async function readFile(id: string, name: StoredFileName): Promise<File | undefined> {
  return unlessMissing(async () => {
    const folder = await (await deliveriesFolder()).getDirectoryHandle(id);
    return (await folder.getFileHandle(name)).getFile();
  });
}

/** Removes what is kept of a delivery; nothing kept is fine. */
export async function removeDelivery(id: string): Promise<void> {
  await unlessMissing(async () => {
    const deliveries = await deliveriesFolder();
    const folder = await deliveries.getDirectoryHandle(id);
    // The record first: whatever a crash leaves then is nobody's.
    await unlessMissing(() => folder.removeEntry('record.json'));
    await onceReleased(() => deliveries.removeEntry(id, { recursive: true }));
  });
}

/** The ids of the deliveries of which something is kept. */
export async function listDeliveries(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of (await deliveriesFolder()).keys()) ids.push(id);
  return ids;
}

/**
 * Does something that needs a file for itself. After a reload, the worker of the page before may have it
 * for a moment longer than that page has had its lock.
 */
export async function onceReleased<T>(work: () => Promise<T>): Promise<T> {
  for (let looks = 1; ; looks++) {
    try {
      return await work();
    } catch (error) {
      if (!isNamed(error, 'NoModificationAllowedError') || looks === RELEASE_LOOKS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RELEASE_INTERVAL));
  }
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, 'NotFoundError')) return undefined;
    throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

async function deliveriesFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DELIVERIES, { create: true });
}
