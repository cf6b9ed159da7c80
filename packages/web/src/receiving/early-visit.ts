// Asks for the tab's lock, and then looks for what an earlier visit has left, while most of the page is still on its
// way. It is part of the script that runs before the others (early.ts), so it imports next to nothing.

import { takeLockIfAny, type WebLock } from '../tab/web-lock.ts';

/** Milliseconds for which a lock waits for the page. */
const WAIT = 5_000;

/** The folder of all kept deliveries (opfs/opfs-folder.ts). */
export const DELIVERIES = 'deliveries';

/** What the first look has found: nothing at all, or something that the page has to read. */
export type FirstLook = 'nothing' | 'something';

interface Visit {
  readonly room: string;
  readonly lock: WebLock;
  readonly look: Promise<FirstLook>;
}

/** Nobody has taken its lock yet. */
let waiting: Visit | undefined;
/** The page has its lock, and hasn't asked yet what the look has found. */
let taken: Visit | undefined;
/** The visit whose lock this tab has, and whose look has found nothing. */
let fresh: Visit | undefined;
/** The visit that the page will take, however long it is drawn. */
let kept: Visit | undefined;
/** Whether the page has asked for a lock: then another request would be one too many. */
let page: 'loading' | 'asking' = 'loading';

/**
 * Begins the visit of a link, unless the page has done so.
 *
 * @returns what the look has found, which is nothing only for the tab that has the link for itself.
 */
export async function beginVisit(room: string): Promise<FirstLook> {
  if (page === 'asking') return 'something';
  const lock = takeLockIfAny(lockOf(room));
  // A browser takes as long for the first look at its file system as for the first lock.
  const root = openRoot();
  // Not before this tab has the lock: until then another tab may leave something.
  const look = lock.held.then((isHeld) => (isHeld ? lookForDeliveries(root) : 'something'));
  const visit = { room, lock, look };
  waiting = visit;
  setTimeout(() => {
    if (waiting !== visit || kept === visit) return;
    waiting = undefined;
    lock.release();
  }, WAIT);
  const found = await look;
  if (found === 'nothing') fresh = visit;
  return found;
}

/**
 * Keeps the lock for the page if this tab has the link for itself, and no earlier visit has left anything.
 *
 * @returns whether that is known.
 */
export function keepVisit(room: string): boolean {
  if (waiting?.room !== room || fresh !== waiting) return false;
  kept = waiting;
  return true;
}

/** Takes the lock of the one tab that a link is open in, or hands over the one that waits for the page. */
export function takeTabLock(room: string): WebLock {
  const visit = waiting;
  waiting = undefined;
  taken = visit;
  page = 'asking';
  if (visit?.room === room) return orAgain(visit.lock, () => takeLockIfAny(lockOf(room)));
  visit?.lock.release();
  return takeLockIfAny(lockOf(room));
}

/** What the look for earlier visits has found. Only the first question after the lock was taken gets an answer. */
export async function firstLook(room: string): Promise<FirstLook> {
  const visit = taken;
  taken = undefined;
  return visit?.room === room ? visit.look : 'something';
}

function lockOf(room: string): string {
  return `burritoshare-tab-${room}`;
}

// After a reload the browser may not have released the old page's lock when this page is at its first lines.
function orAgain(first: WebLock, again: () => WebLock): WebLock {
  let current = first;
  let state: 'wanted' | 'released' = 'wanted';
  const held = first.held.then((isHeld) => {
    if (isHeld || state === 'released') return isHeld;
    current = again();
    return current.held;
  });
  return {
    held,
    release() {
      state = 'released';
      current.release();
    },
  };
}

async function openRoot(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await navigator.storage.getDirectory();
  } catch {
    return undefined;
  }
}

async function lookForDeliveries(
  root: Promise<FileSystemDirectoryHandle | undefined>,
): Promise<FirstLook> {
  try {
    const folder = await (await root)?.getDirectoryHandle(DELIVERIES);
    if (folder === undefined) return 'something';
    const { done = false } = await folder.keys().next();
    return done ? 'nothing' : 'something';
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotFoundError'
      ? 'nothing'
      : 'something';
  }
}
