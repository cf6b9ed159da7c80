// The address's fragment is the whole of the app's routing. A page with something under way can't stop
// the fragment from changing, so the change waits here until the person has said what they want.

import { fragmentOf } from './page-of-fragment.ts';

/** Where the app is, and where the address bar would like it to be. */
export interface NavigationState {
  /** The fragment of the page that is shown. */
  readonly shown: string;
  /** Another fragment that waits for the person's word; undefined most of the time. */
  readonly asked: string | undefined;
}

/** The part of `window` that navigation needs. */
export interface AddressBar {
  readonly location: { readonly href: string; readonly origin: string };
  readonly history: {
    pushState(data: null, unused: '', url: string): void;
    replaceState(data: null, unused: '', url: string): void;
  };
  addEventListener(type: 'hashchange', listener: () => void): void;
  removeEventListener(type: 'hashchange', listener: () => void): void;
}

export interface Navigation {
  readonly state: () => NavigationState;
  /** Calls `listener` after each change of it; returns what ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Says that a page has something under way; returns what takes that back. */
  readonly setBusy: () => () => void;
  /** Stays: the address bar shows again what the page shows. */
  readonly stay: () => void;
  /** Goes where the address bar points. */
  readonly follow: () => void;
  /** The sender's page, by a choice made on the page. */
  readonly goHome: () => void;
}

/** Follows the fragment of an address bar, and holds it back while something is under way. */
export function createNavigation(bar: AddressBar): Navigation {
  // The address bar then holds nothing but the app's one path and the link in its one spelling, to be copied and reloaded.
  const readFragment = (): string => {
    const { href, origin } = bar.location;
    const fragment = fragmentOf(href);
    if (href !== `${origin}/${fragment}`) bar.history.replaceState(null, '', `/${fragment}`);
    return fragment;
  };

  let state: NavigationState = { shown: readFragment(), asked: undefined };
  let busyPages = 0;
  const listeners = new Set<() => void>();

  const move = (next: NavigationState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const follow = (): void => move({ shown: readFragment(), asked: undefined });
  const onHashChange = (): void => {
    const fragment = readFragment();
    if (busyPages > 0 && fragment !== state.shown) move({ ...state, asked: fragment });
    else follow();
  };

  return {
    state: () => state,
    subscribe(listener) {
      if (listeners.size === 0) bar.addEventListener('hashchange', onHashChange);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) bar.removeEventListener('hashchange', onHashChange);
      };
    },
    setBusy() {
      busyPages += 1;
      return () => {
        busyPages -= 1;
      };
    },
    stay() {
      bar.history.replaceState(null, '', `/${state.shown}`);
      move({ ...state, asked: undefined });
    },
    follow,
    goHome() {
      bar.history.pushState(null, '', '/');
      follow();
    },
  };
}
