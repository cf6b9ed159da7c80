// The origin's private file system holds a folder for each delivery, `deliveries/<id>`, with the files named below.
// Both workers and the page use this module, so it uses only APIs that both have.

const DELIVERIES = 'deliveries';

export type StoredFileName =
  /** The delivery's identity. Empty until its person accepts; then written once, and never changed. */
  | 'record.json'
  /** The record of the pieces that are here (see core's journal). */
  | 'journal'
  /** All of the bundle's bytes, back to back in the manifest's order. */
  | 'data';

/** Milliseconds between two checks of a file that is still in use. */
const RELEASE_INTERVAL = 50;

/** Number of checks, over three seconds. A worker ends shortly after its page, within a second on a busy machine. */
const RELEASE_LOOKS = 60;

/** A file of a delivery. Makes the file and its folder if they don't exist. */
export async function makeFile(id: string, name: StoredFileName): Promise<FileSystemFileHandle> {
  const folder = await (await deliveriesFolder()).getDirectoryHandle(id, { create: true });
  return folder.getFileHandle(name, { create: true });
}

/** A file of a delivery as it is now; undefined if it doesn't exist. */
export async function readFile(id: string, name: StoredFileName): Promise<File | undefined> {
  return unlessMissing(async () => {
    const folder = await (await deliveriesFolder()).getDirectoryHandle(id);
    return (await folder.getFileHandle(name)).getFile();
  });
}

/** Removes a delivery's folder, if there is one. */
export async function removeDelivery(id: string): Promise<void> {
  await unlessMissing(async () => {
    const deliveries = await deliveriesFolder();
    const folder = await deliveries.getDirectoryHandle(id);
    // Removes the record first. If a crash leaves the rest, it counts as a leftover.
    await onceReleased(() => unlessMissing(() => folder.removeEntry('record.json')));
    await onceReleased(() => deliveries.removeEntry(id, { recursive: true }));
  });
}

/** The ids of the deliveries that have a folder. */
export async function listDeliveries(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of (await deliveriesFolder()).keys()) ids.push(id);
  return ids;
}

/**
 * Does work that needs a file for itself. After a reload, the old page's worker may keep the file open a moment longer
 * than the old page held its lock.
 */
export function onceReleased<T>(work: () => Promise<T>): Promise<T> {
  return unlessInUse(work, 'NoModificationAllowedError');
}

/**
 * Reads a file that somebody may be writing: another tab, or the old page's worker after a reload. Of 500 readings
 * beside a writer 66 failed (m), since the file had changed after it was opened.
 */
export function onceUnchanged<T>(read: () => Promise<T>): Promise<T> {
  return unlessInUse(read, 'NotReadableError');
}

async function unlessInUse<T>(work: () => Promise<T>, inUse: string): Promise<T> {
  for (let looks = 1; ; looks++) {
    try {
      return await work();
    } catch (error) {
      if (!isNamed(error, inUse) || looks === RELEASE_LOOKS) throw error;
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
