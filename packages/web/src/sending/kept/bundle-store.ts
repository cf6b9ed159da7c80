import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import { eraseKey, keysFolder, listKeys, makeKey, newKey, readKey } from './bundle-keys.ts';
import { lockedBundles } from './bundle-lock.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { openBundle, sealBundle, type SealedBundle } from './sealed-bundle.ts';

/** Of its own, so that what else is stored here can change its form without this. */
const DATABASE = 'burritoshare-bundles';

/** Goes up when the records change their form; `upgrade` then brings the older ones along. */
const VERSION = 1;

interface Schema extends DBSchema {
  readonly bundles: { readonly key: string; readonly value: unknown };
}

/** The bundles that this browser keeps: sealed, in IndexedDB. Calls are carried out in their order. */
export interface BundleStore {
  /** Every bundle that is whole, the newest first; what is broken is removed. */
  list(): Promise<readonly KeptBundle[]>;
  /** Undefined when it is not there, or broken. */
  read(id: string): Promise<KeptBundle | undefined>;
  /** Stores a bundle, in place of what was stored of it before. */
  save(bundle: KeptBundle): Promise<void>;
  /** Erases what a bundle is sealed with, and removes it and its handles; nothing stored is fine. */
  erase(id: string): Promise<void>;
}

/** Opens the database with the first call. Where there is none, calls reject. */
function createBundleStore(): BundleStore {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(call: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      opened ??= openDatabase(() => (opened = undefined));
      return call(await opened);
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    list: () => inTurn(listAll),
    read: (id) => inTurn(async (database) => openStored(await database.get('bundles', id))),
    save: (bundle) => inTurn((database) => saveSealed(database, bundle)),
    erase: (id) => inTurn((database) => eraseSealed(database, id)),
  };
}

/** The one of this tab, so that whoever lists comes after whoever saved or erased. */
export const bundleStore = createBundleStore();

async function openDatabase(onClosed: () => void): Promise<IDBPDatabase<Schema>> {
  try {
    return await openDB<Schema>(DATABASE, VERSION, {
      upgrade(database, oldVersion) {
        if (oldVersion < 1) database.createObjectStore('bundles', { keyPath: 'id' });
      },
      // A newer version of this app in another tab wants to change it.
      blocking(_current, _blocked, { target }) {
        onClosed();
        if (target instanceof IDBDatabase) target.close();
      },
      terminated: onClosed,
    });
  } catch (error) {
    onClosed();
    throw error;
  }
}

async function listAll(database: IDBPDatabase<Schema>): Promise<readonly KeptBundle[]> {
  // In this order: a tab that saves a bundle locks it, makes its key and then its row.
  const keys = await listKeys().catch(() => []);
  const ids = await database.getAllKeys('bundles');
  const locked = await lockedBundles();
  for (const id of keys) if (!ids.includes(id) && !locked.has(id)) await eraseKey(id);

  const bundles: KeptBundle[] = [];
  for (const id of ids) {
    const bundle = await openStored(await database.get('bundles', id));
    if (bundle === undefined) await eraseSealed(database, id);
    else bundles.push(bundle);
  }
  return bundles.toSorted((a, b) => b.created - a.created);
}

async function saveSealed(database: IDBPDatabase<Schema>, bundle: KeptBundle): Promise<void> {
  const { id } = bundle;
  if (await hasPrivateFiles()) {
    const key = (await readKey(id)) ?? (await makeKey(id));
    await database.put('bundles', await sealBundle(key, bundle));
    return;
  }
  const key = newKey();
  await database.put('bundles', { ...(await sealBundle(key, bundle)), key });
}

// Private windows of Firefox have none; what they store is encrypted by the browser, and goes with them.
function hasPrivateFiles(): Promise<boolean> {
  return keysFolder().then(
    () => true,
    () => false,
  );
}

/** @throws where a key may be there and can't be read now. */
async function openStored(stored: unknown): Promise<KeptBundle | undefined> {
  const { id = '', key } = (stored ?? {}) as Partial<SealedBundle>;
  const found = key ?? (await readKey(id));
  return found && openBundle(found, stored);
}

// The row goes first, since it takes no time: a tab that is closed meanwhile leaves a key that the next list erases.
async function eraseSealed(database: IDBPDatabase<Schema>, id: string): Promise<void> {
  await database.delete('bundles', id);
  if (await hasPrivateFiles()) await eraseKey(id);
}
