import { describe, expect, test, vi } from 'vitest';

import { createNavigation } from '../src/app/navigation.ts';

/** An address bar, and a person who types into it. */
function createBar(hash: string) {
  const location = { hash, pathname: '/' };
  const listeners = new Set<() => void>();
  const setUrl = (_data: null, _unused: '', url: string) => {
    const at = url.indexOf('#');
    location.hash = at < 0 ? '' : url.slice(at);
  };
  return {
    location,
    history: {
      pushState: vi.fn<typeof setUrl>(setUrl),
      replaceState: vi.fn<typeof setUrl>(setUrl),
    },
    addEventListener: (_type: 'hashchange', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'hashchange', listener: () => void) =>
      void listeners.delete(listener),
    listeners,
    type(next: string) {
      location.hash = next;
      for (const listener of listeners) listener();
    },
  };
}

function setUp(hash = '#one') {
  const bar = createBar(hash);
  const navigation = createNavigation(bar);
  const listener = vi.fn<() => void>();
  const unsubscribe = navigation.subscribe(listener);
  return { bar, navigation, listener, unsubscribe };
}

describe('another link in the same tab', () => {
  test('is followed at once where nothing is under way', () => {
    const { bar, navigation, listener } = setUp();
    bar.type('#two');
    expect(navigation.place()).toEqual({ shown: '#two', asked: undefined });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('waits for a word while something is', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    expect(navigation.place()).toEqual({ shown: '#one', asked: '#two' });
    bar.type('#three');
    expect(navigation.place()).toEqual({ shown: '#one', asked: '#three' });
  });

  test('staying gives the address bar back what is shown', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    navigation.stay();
    expect(navigation.place()).toEqual({ shown: '#one', asked: undefined });
    expect(bar.location.hash).toBe('#one');
    expect(bar.history.pushState).not.toHaveBeenCalled();
  });

  test('going goes there', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    navigation.follow();
    expect(navigation.place()).toEqual({ shown: '#two', asked: undefined });
  });

  test('going back by hand takes the question back', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    bar.type('#one');
    expect(navigation.place()).toEqual({ shown: '#one', asked: undefined });
  });

  test('is followed again once nothing is under way', () => {
    const { bar, navigation } = setUp();
    const first = navigation.setBusy();
    const second = navigation.setBusy();
    first();
    bar.type('#two');
    expect(navigation.place().shown).toBe('#one');
    second();
    bar.type('#three');
    expect(navigation.place()).toEqual({ shown: '#three', asked: undefined });
  });
});

test('the way home leaves the link in the history', () => {
  const { bar, navigation } = setUp();
  navigation.goHome();
  expect(navigation.place()).toEqual({ shown: '', asked: undefined });
  expect(bar.history.pushState).toHaveBeenCalledWith(null, '', '/');
});

test('the last listener takes the address bar’s with it', () => {
  const { bar, unsubscribe } = setUp();
  expect(bar.listeners.size).toBe(1);
  unsubscribe();
  expect(bar.listeners.size).toBe(0);
});
