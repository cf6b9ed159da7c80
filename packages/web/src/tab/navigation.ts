// The app's only routing is the address's fragment. A busy page can't stop the fragment from changing, so the change
// waits here until the person has decided.

import { fragmentOf } from './page-of-fragment.ts';

/** The page that is shown, and the one that the address bar asks for. */
export interface NavigationState {
  /** The fragment of the page that is shown. */
  readonly shown: string;
  /** Another fragment that waits for the person's decision; usually undefined. */
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
  /** Calls `listener` after each change of it. Returns a function that ends this. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Marks the page as busy. Returns a function that takes this back. */
  readonly setBusy: () => () => void;
  /** Stays on this page. The address bar shows its fragment again. */
  readonly stay: () => void;
  /** Goes where the address bar points. */
  readonly follow: () => void;
  /** Goes to the sender's page, by a choice on the page. */
  readonly goHome: () => void;
}

/** Follows the fragment of an address bar, but holds a change back while the page is busy. */
export function createNavigation(bar: AddressBar): Navigation {
  // Rewrites the address bar to the app's only path and the link's normal spelling, so that it can be copied and
  // reloaded.
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
