import { useSyncExternalStore } from 'react';

// The address's fragment is the whole of the app's routing. A page with something under way can't stop
// the fragment from changing, so the change waits here until the person has said what they want.

/** Where the app is, and where the address bar would like it to be. */
export interface Place {
  readonly shown: string;
  /** Another fragment that waits for the person's word; undefined most of the time. */
  readonly asked: string | undefined;
}

let place: Place = { shown: location.hash, asked: undefined };
let busyPages = 0;
const listeners = new Set<() => void>();

function move(next: Place): void {
  place = next;
  for (const listener of listeners) listener();
}

function onHashChange(): void {
  const { hash } = location;
  if (hash === place.shown) move({ shown: hash, asked: undefined });
  else if (busyPages > 0) move({ ...place, asked: hash });
  else move({ shown: hash, asked: undefined });
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('hashchange', onHashChange);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('hashchange', onHashChange);
  };
}

/** The place, and every change of it. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place);
}

/** Says that a page has something under way; returns what takes that back. */
export function setBusy(): () => void {
  busyPages += 1;
  return () => {
    busyPages -= 1;
  };
}

/** Stays: the address bar shows again what the page shows. */
export function stayHere(): void {
  history.replaceState(null, '', place.shown === '' ? location.pathname : place.shown);
  move({ ...place, asked: undefined });
}

/** Goes where the address bar points. */
export function goThere(): void {
  move({ shown: location.hash, asked: undefined });
}

/** The sender's page, by a choice made on the page. */
export function goHome(): void {
  history.pushState(null, '', location.pathname);
  move({ shown: '', asked: undefined });
}
