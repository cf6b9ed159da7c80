import type { Manifest } from '@burritoshare/core';
import { wish, type ChosenFile, type SenderHost } from '@burritoshare/peer';

import { holdBundle, type BundleHold } from './bundle-lock.ts';
import type { BundleStore } from './bundle-store.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { ownBundle, setOwnBundle } from './tab-bundle.ts';

/** Whether this browser keeps what is shared: it will, it does, or it can't. */
export type Keeping = 'saving' | 'kept' | 'refused';

/** What is chosen to be shared. */
export interface Chosen {
  readonly name: string;
  readonly files: readonly ChosenFile[];
  readonly roots: readonly FileSystemHandle[];
}

/** What of a kept bundle could be had again. */
export interface FoundAgain {
  readonly bundle: KeptBundle;
  /** By index in the manifest. */
  readonly files: readonly (Blob | undefined)[];
  /** Handles that this time gave. */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * The sender's tab. This browser keeps what it shares until the person stops sharing, and one tab at a time
 * has a hold on it.
 */
export interface Sender extends Omit<SenderHost, 'choose' | 'restore'> {
  /** Shares at once, under a new link; ignored while something is shared. */
  choose(chosen: Chosen): void;
  /** Takes a hold on a kept bundle; undefined when another tab has it, or it is gone. */
  claim(id: string): Promise<KeptBundle | undefined>;
  /** Lets go of what was claimed, for now. */
  disclaim(): void;
  /** Shares what was claimed under the link that it had. */
  goOn(again: FoundAgain): void;
  /** Erases a kept bundle that no other tab has a hold on. */
  erase(id: string): Promise<void>;
  /** Ends the link for good, and erases what is kept of the bundle. */
  stopSharing(): void;
  /** Ends all deliveries and lets go of everything; what is kept stays. */
  stop(): void;
  readonly keeping: () => Keeping;
  /** Calls `listener` after each change of `keeping`; returns what ends that. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** What a tab has a hold on. */
interface Holding {
  readonly id: string;
  readonly hold: BundleHold;
}

/** Keeps in a store what a host shares. */
export function createKeeper(host: SenderHost, store: BundleStore): Sender {
  let holding: Holding | undefined;
  let roots: readonly FileSystemHandle[] = [];
  let created = 0;
  let saved: Manifest | undefined;
  let keeping: Keeping = 'saving';
  const listeners = new Set<() => void>();

  const note = (now: Keeping) => {
    keeping = now;
    for (const listener of listeners) listener();
  };
  const take = (id: string): BundleHold => {
    if (holding?.id === id) return holding.hold;
    letGo();
    holding = { id, hold: holdBundle(id) };
    return holding.hold;
  };
  const letGo = () => {
    holding?.hold.release();
    holding = undefined;
  };
  const erase = async (id: string) => {
    if (ownBundle() === id) setOwnBundle(undefined);
    await store.erase(id);
  };

  const subscription = host.bundle.subscribe(({ context: { manifest, secrets } }) => {
    if (manifest === undefined || secrets === undefined || manifest === saved) return;
    saved = manifest;
    const { room: id, token, secret, staticKeys } = secrets;
    void take(id);
    setOwnBundle(id);
    const { privateKey } = staticKeys;
    store.save({ id, created, manifest, token, secret, privateKey, roots }).then(
      () => note('kept'),
      () => note('refused'),
    );
  });

  // Who clicks twice has chosen once.
  const isChoosing = (): boolean => host.bundle.getSnapshot().matches('choosing');

  return {
    ...host,
    choose(chosen) {
      if (!isChoosing()) return;
      roots = chosen.roots;
      created = Date.now();
      host.choose(chosen.name, chosen.files);
    },
    async claim(id) {
      const hold = take(id);
      const bundle = (await hold.held) ? await store.read(id) : undefined;
      // It may have been let go of in the meantime.
      if (holding?.hold !== hold) return undefined;
      if (bundle === undefined) letGo();
      return bundle;
    },
    disclaim: letGo,
    goOn({ bundle, files, roots: given }) {
      if (!isChoosing()) return;
      created = bundle.created;
      roots = given.length > 0 ? given : bundle.roots;
      host.restore({ ...bundle, files });
    },
    async erase(id) {
      const hold = take(id);
      if (await hold.held) await erase(id);
      letGo();
    },
    stopSharing() {
      const stopped = holding;
      holding = undefined;
      saved = undefined;
      // What can't be erased is offered again, so that it can be tried again.
      if (stopped !== undefined) erase(stopped.id).then(stopped.hold.release, stopped.hold.release);
      wish(host.bundle, { type: 'sharing.stopped' });
      note('saving');
    },
    stop() {
      subscription.unsubscribe();
      host.stop();
      letGo();
    },
    keeping: () => keeping,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
