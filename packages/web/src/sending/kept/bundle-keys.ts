// The keys of kept bundles, each in a file of its own. Data deleted from IndexedDB stays in Chromium's log until the
// browser compacts it (m). So would a key, even one that can't be extracted. A file can be overwritten and removed.

import { createCaller } from '../../workers/caller.ts';

const FOLDER = 'bundle-keys';

const KEY_BYTES = 32;

/** The calls that bundle-key.worker.ts serves: only workers can write in place. */
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
    // An id that can't be a file's name has no key.
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

/** A new key that is not stored. */
export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** Overwrites and removes the key of a bundle, if there is one. */
export async function eraseKey(id: string): Promise<void> {
  if ((await readKey(id)) === undefined) return;
  // If the server is gone, the worker may not load. Then the page can only remove the file.
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
