// The keys of kept bundles: each is a file of its own. What is deleted from IndexedDB stays in Chromium's log until
// the browser tidies it up (m), and so would a key in it, also one that can't be extracted. A file can be overwritten
// and removed.

import { createCaller } from '../../workers/caller.ts';

const FOLDER = 'bundle-keys';

const KEY_BYTES = 32;

/** What bundle-key.worker.ts serves: writing in place is for workers alone. */
export interface BundleKeyCalls {
  readonly write: {
    readonly input: { readonly id: string; readonly key: Uint8Array<ArrayBuffer> };
    readonly output: undefined;
  };
  readonly erase: { readonly input: { readonly id: string }; readonly output: undefined };
}

export async function keysFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** The ids of the bundles that have a key. */
export async function listKeys(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of (await keysFolder()).keys()) ids.push(id);
  return ids;
}

/** The key of a bundle, 32 bytes; undefined if there is none. */
export async function readKey(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const folder = await keysFolder();
  try {
    const file = await (await folder.getFileHandle(id)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    // What can't be the name of a file is the id of nothing.
    const isNone = ['NotFoundError', 'TypeError'].includes((error as Partial<Error>).name ?? '');
    if (isNone) return undefined;
    throw error;
  }
}

/** Makes a key for a bundle. */
export async function makeKey(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = newKey();
  await work((keys) => keys.call('write', { id, key }));
  return key;
}

/** A key that nothing has written down. */
export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** Overwrites and removes the key of a bundle; none is fine. */
export async function eraseKey(id: string): Promise<void> {
  if ((await readKey(id)) === undefined) return;
  // Without its server a page may not get the worker: to remove the file is the most that it can do then.
  await work((keys) => keys.call('erase', { id })).catch(async () =>
    (await keysFolder()).removeEntry(id),
  );
}

async function work(call: (keys: ReturnType<typeof startWorker>) => Promise<void>): Promise<void> {
  const keys = startWorker();
  try {
    await call(keys);
  } finally {
    keys.end();
  }
}

function startWorker() {
  const worker = new Worker(new URL('./worker/bundle-key.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-bundle-key',
  });
  return createCaller<BundleKeyCalls>(worker);
}
