import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import { readKeptBundle, type KeptBundle } from './kept-bundle.ts';

/** Of its own, so that what else is stored here can change its form without this. */
const DATABASE = 'burritoshare-bundles';

/** Goes up when the records change their form; `upgrade` then brings the older ones along. */
const VERSION = 1;

interface Schema extends DBSchema {
  readonly bundles: { readonly key: string; readonly value: unknown };
}

/** The bundles that this browser keeps, in IndexedDB. Calls are carried out in their order. */
export interface BundleStore {
  /** Every bundle that is whole, the newest first; what is broken is removed. */
  list(): Promise<readonly KeptBundle[]>;
  /** Undefined when it is not there, or broken. */
  read(id: string): Promise<KeptBundle | undefined>;
  /** Stores a bundle, in place of what was stored of it before. */
  save(bundle: KeptBundle): Promise<void>;
  /** Removes a bundle, its keys and its handles; nothing stored is fine. */
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
    read: (id) => inTurn(async (database) => readKeptBundle(await database.get('bundles', id))),
    save: (bundle) => inTurn(async (database) => void (await database.put('bundles', bundle))),
    erase: (id) => inTurn((database) => database.delete('bundles', id)),
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
  const bundles: KeptBundle[] = [];
  const transaction = database.transaction('bundles', 'readwrite');
  for await (const cursor of transaction.store) {
    const bundle = readKeptBundle(cursor.value);
    if (bundle === undefined) await cursor.delete();
    else bundles.push(bundle);
  }
  await transaction.done;
  return bundles.toSorted((a, b) => b.created - a.created);
}
