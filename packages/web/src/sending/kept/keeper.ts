import { wish, type ChosenFile, type SenderHost } from '@burritoshare/peer';

import type { WebLock } from '../../tab/web-lock.ts';
import { lockBundle } from './bundle-lock.ts';
import type { BundleStore } from './bundle-store.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { ownBundle, setOwnBundle } from './tab-bundle.ts';

/** Whether this browser keeps the shared bundle: it is saving it, it does, or it can't. */
export type Keeping = 'saving' | 'kept' | 'refused';

/** The files that were chosen, and the bundle's name. */
export interface Chosen {
  readonly name: string;
  readonly files: readonly ChosenFile[];
  readonly roots: readonly FileSystemHandle[];
}

/** The files of a kept bundle that were found again. */
export interface RestoredFiles {
  readonly bundle: KeptBundle;
  /** By index in the manifest. */
  readonly files: readonly (Blob | undefined)[];
  /** Handles from this choice. */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * The sender's tab. This browser keeps the shared bundle until the person stops sharing. Only one tab at a time has it
 * locked.
 */
export interface Sender extends Omit<SenderHost, 'choose' | 'restore'> {
  /** Shares the files at once under a new link. Ignored while a bundle is shared. */
  choose(chosen: Chosen): void;
  /** Locks a kept bundle and reads it. Resolves with undefined if another tab has locked it, or it is gone. */
  lock(id: string): Promise<KeptBundle | undefined>;
  /** Unlocks the bundle. */
  unlock(): void;
  /** Shares the locked bundle again under its old link. */
  goOn(restored: RestoredFiles): void;
  /** Erases a kept bundle that no other tab has locked. */
  erase(id: string): Promise<void>;
  /** Ends the link for good, and erases the kept bundle. */
  stopSharing(): void;
  /** Ends all deliveries and unlocks the bundle, which stays kept. */
  stop(): void;
  readonly keeping: () => Keeping;
  /** Calls `listener` after each change of `keeping`. Returns a function that ends this. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** The bundle that this tab has locked. */
interface Locked {
  readonly id: string;
  readonly lock: WebLock;
}

/** Wraps a host, and keeps the bundle that it shares in a store. */
export function createKeeper(host: SenderHost, store: BundleStore): Sender {
  let locked: Locked | undefined;
  let roots: readonly FileSystemHandle[] = [];
  let created = 0;
  let saved: Pick<KeptBundle, 'manifest' | 'asksFirst' | 'once'> | undefined;
  let keeping: Keeping = 'saving';
  const listeners = new Set<() => void>();

  const note = (now: Keeping) => {
    keeping = now;
    for (const listener of listeners) listener();
  };
  const lock = (id: string): WebLock => {
    if (locked?.id === id) return locked.lock;
    unlock();
    locked = { id, lock: lockBundle(id) };
    return locked.lock;
  };
  const unlock = () => {
    locked?.lock.release();
    locked = undefined;
  };
  const erase = async (id: string) => {
    if (ownBundle() === id) setOwnBundle(undefined);
    await store.erase(id);
  };

  // The link is over: nobody can go on under it.
  const forget = () => {
    const ended = locked;
    locked = undefined;
    saved = undefined;
    // If erasing fails, unlock it all the same: the bundle is then offered again, and the person can try once more.
    if (ended !== undefined) erase(ended.id).then(ended.lock.release, ended.lock.release);
  };

  const subscription = host.bundle.subscribe((snapshot) => {
    if (snapshot.matches({ offering: 'spent' })) return forget();
    const { manifest, secrets, asksFirst, once } = snapshot.context;
    if (manifest === undefined || secrets === undefined) return;
    if (saved?.manifest === manifest && saved.asksFirst === asksFirst && saved.once === once)
      return;
    saved = { manifest, asksFirst, once };
    const { room: id, token, secret, staticKeys } = secrets;
    void lock(id);
    setOwnBundle(id);
    const { privateKey } = staticKeys;
    const bundle = { id, created, manifest, token, secret, privateKey, asksFirst, once, roots };
    store.save(bundle).then(
      () => note('kept'),
      () => note('refused'),
    );
  });

  // Guards against a second click, which must not share again.
  const isChoosing = (): boolean => host.bundle.getSnapshot().matches('choosing');

  return {
    ...host,
    choose(chosen) {
      if (!isChoosing()) return;
      roots = chosen.roots;
      created = Date.now();
      host.choose(chosen.name, chosen.files);
    },
    async lock(id) {
      const taken = lock(id);
      const bundle = (await taken.held) ? await store.read(id) : undefined;
      // Meanwhile it may have been unlocked.
      if (locked?.lock !== taken) return undefined;
      if (bundle === undefined) unlock();
      return bundle;
    },
    unlock,
    goOn({ bundle, files, roots: given }) {
      if (!isChoosing()) return;
      created = bundle.created;
      roots = given.length > 0 ? given : bundle.roots;
      host.restore({ ...bundle, files });
    },
    async erase(id) {
      const taken = lock(id);
      if (await taken.held) await erase(id);
      unlock();
    },
    stopSharing() {
      forget();
      wish(host.bundle, { type: 'sharing.stopped' });
      note('saving');
    },
    stop() {
      subscription.unsubscribe();
      host.stop();
      unlock();
    },
    keeping: () => keeping,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
