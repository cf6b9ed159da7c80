import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import { eraseKey, keysFolder, listKeys, makeKey, newKey, readKey } from './bundle-keys.ts';
import { lockedBundles } from './bundle-lock.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { openBundle, sealBundle, type SealedBundle } from './sealed-bundle.ts';

/** A separate database, so that other stored data can change its form independently. */
const DATABASE = 'burritoshare-bundles';

/** Increase it when the form of the records changes, and let `upgrade` convert the older ones. */
const VERSION = 1;

interface Schema extends DBSchema {
  readonly bundles: { readonly key: string; readonly value: unknown };
}

/** The bundles that this browser keeps, sealed, in IndexedDB. Calls run in their order. */
export interface BundleStore {
  /** Every whole bundle, the newest first. Removes broken ones. */
  list(): Promise<readonly KeptBundle[]>;
  /** Resolves with undefined if the bundle is missing or broken. */
  read(id: string): Promise<KeptBundle | undefined>;
  /** Stores a bundle and replaces its earlier record. */
  save(bundle: KeptBundle): Promise<void>;
  /** Erases a bundle's key, and removes the bundle and its handles, if they are stored. */
  erase(id: string): Promise<void>;
}

/** Opens the database with the first call. If there is none, calls reject. */
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

/** This tab's only store, so that a list runs after earlier saves and erasures. */
export const bundleStore = createBundleStore();

async function openDatabase(onClosed: () => void): Promise<IDBPDatabase<Schema>> {
  try {
    return await openDB<Schema>(DATABASE, VERSION, {
      upgrade(database, oldVersion) {
        if (oldVersion < 1) database.createObjectStore('bundles', { keyPath: 'id' });
      },
      // A newer version of this app in another tab wants to upgrade the database.
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
  // Keep this order. A saving tab locks the bundle, makes its key and then its row, so a key without row and lock is a
  // leftover.
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

// Firefox's private windows have none. The browser encrypts what they store and removes it with the window.
function hasPrivateFiles(): Promise<boolean> {
  return keysFolder().then(
    () => true,
    () => false,
  );
}

/** @throws if there may be a key but it can't be read now. */
async function openStored(stored: unknown): Promise<KeptBundle | undefined> {
  const { id = '', key } = (stored ?? {}) as Partial<SealedBundle>;
  const found = key ?? (await readKey(id));
  return found && openBundle(found, stored);
}

// Deletes the row first, since that is quick. If the tab is closed before the key is erased, the next list erases it.
async function eraseSealed(database: IDBPDatabase<Schema>, id: string): Promise<void> {
  await database.delete('bundles', id);
  if (await hasPrivateFiles()) await eraseKey(id);
}
