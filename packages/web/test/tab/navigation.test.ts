import { describe, expect, test, vi } from 'vitest';

import { createLinkSecrets, formatLink } from '@burritoshare/core';

import { createNavigation } from '../../src/tab/navigation.ts';

/** An address bar, and a person who types into it. */
const ORIGIN = 'https://burrito.example';

function createBar(address: string) {
  const location = { origin: ORIGIN, href: new URL(address, ORIGIN).href };
  const listeners = new Set<() => void>();
  const setUrl = (_data: null, _unused: '', url: string) => {
    location.href = new URL(url, ORIGIN).href;
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
      location.href = new URL(next, location.href).href;
      for (const listener of listeners) listener();
    },
  };
}

function setUp(address = '/#one') {
  const bar = createBar(address);
  const navigation = createNavigation(bar);
  const listener = vi.fn<() => void>();
  const unsubscribe = navigation.subscribe(listener);
  return { bar, navigation, listener, unsubscribe };
}

describe('another link in the same tab', () => {
  test('is followed at once if nothing is under way', () => {
    const { bar, navigation, listener } = setUp();
    bar.type('#two');
    expect(navigation.state()).toEqual({ shown: '#two', asked: undefined });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('waits for the person while something is', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    expect(navigation.state()).toEqual({ shown: '#one', asked: '#two' });
    bar.type('#three');
    expect(navigation.state()).toEqual({ shown: '#one', asked: '#three' });
  });

  test('staying puts the shown link back into the address bar', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    navigation.stay();
    expect(navigation.state()).toEqual({ shown: '#one', asked: undefined });
    expect(bar.location.href).toBe(`${ORIGIN}/#one`);
    expect(bar.history.pushState).not.toHaveBeenCalled();
  });

  test('leaving follows it', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    navigation.follow();
    expect(navigation.state()).toEqual({ shown: '#two', asked: undefined });
  });

  test('going back by hand removes the question', () => {
    const { bar, navigation } = setUp();
    navigation.setBusy();
    bar.type('#two');
    bar.type('#one');
    expect(navigation.state()).toEqual({ shown: '#one', asked: undefined });
  });

  test('is followed again once nothing is under way', () => {
    const { bar, navigation } = setUp();
    const first = navigation.setBusy();
    const second = navigation.setBusy();
    first();
    bar.type('#two');
    expect(navigation.state().shown).toBe('#one');
    second();
    bar.type('#three');
    expect(navigation.state()).toEqual({ shown: '#three', asked: undefined });
  });
});

test('the way home leaves the link in the history', () => {
  const { bar, navigation } = setUp();
  navigation.goHome();
  expect(navigation.state()).toEqual({ shown: '', asked: undefined });
  expect(bar.history.pushState).toHaveBeenCalledWith(null, '', '/');
});

test('with the last listener, the address bar’s is removed too', () => {
  const { bar, unsubscribe } = setUp();
  expect(bar.listeners.size).toBe(1);
  unsubscribe();
  expect(bar.listeners.size).toBe(0);
});

describe('L5: the address bar', () => {
  const fill = (length: number) => new Uint8Array(length).fill(length);
  const secrets = createLinkSecrets({ token: fill(32), secret: fill(16), privateKey: fill(32) });
  const link = formatLink(ORIGIN, secrets);
  const { hash } = new URL(link);

  test.each([
    ['another path', `/share${hash}`],
    ['the page’s file name', `/index.html${hash}`],
    ['two slashes', `${ORIGIN}//${hash}`],
    ['an encoded #', `/${hash.replace('#', '%23')}`],
    ['an encoded # behind a path', `/share/${hash.replace('#', '%23')}?utm_source=mail`],
    ['a # that was encoded twice', `/${hash.replace('#', '%2523')}`],
    ['no # at all', `/${hash.slice(1)}`],
    ['a full stop', `${link}.`],
    ['a tracking parameter', `${link}?utm_source=mail`],
    ['one in front', `/?fbclid=IwAR0${hash}`],
  ])('holds the clean link where it was opened with %s', (_what, address) => {
    const { bar, navigation } = setUp(address);
    expect(bar.location.href).toBe(link);
    expect(navigation.state().shown).toBe(hash);
    expect(bar.history.pushState).not.toHaveBeenCalled();
  });

  test('is left alone if it is clean', () => {
    const { bar } = setUp(link);
    expect(bar.history.replaceState).not.toHaveBeenCalled();
  });

  test('keeps no path that the app doesn’t have', () => {
    for (const address of ['/index.html', '/share?utm_source=mail', `${ORIGIN}//`, '/1.html'])
      expect(setUp(address).bar.location.href).toBe(`${ORIGIN}/`);
  });

  test('keeps a link that can’t be used, so that the person can ask about it', () => {
    expect(setUp('/%231.old').navigation.state().shown).toBe('#1.old');
    expect(setUp(link.slice(0, -1)).navigation.state().shown).toBe(hash.slice(0, -1));
  });

  test('asks nothing when the same link comes again with something around it', () => {
    const { bar, navigation } = setUp(link);
    navigation.setBusy();
    bar.type(`${hash}&fbclid=x`);
    expect(navigation.state()).toEqual({ shown: hash, asked: undefined });
    expect(bar.location.href).toBe(link);
  });
});
