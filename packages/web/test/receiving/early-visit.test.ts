import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { browser, LOCK, ROOM, runEarly, stubBrowser } from '../support/early-page.ts';

type Script = typeof import('../../src/receiving/early-visit.ts');

/** The script, as it has run on a page with the link. */
async function run(): Promise<Script> {
  const script = await load();
  await runEarly();
  return script;
}

function load(): Promise<Script> {
  return import('../../src/receiving/early-visit.ts');
}

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a page with a link has its lock before it asks, and takes it once', async () => {
  const { takeTabLock } = await run();
  expect(browser.locks.get(LOCK)).toBe('here');
  const first = takeTabLock(ROOM);
  expect(await first.held).toBe(true);
  const second = takeTabLock(ROOM);
  expect(await second.held).toBe(false);
  first.release();
  await vi.waitFor(() => expect(browser.locks.size).toBe(0));
});

test('nothing was kept: the page need not look', async () => {
  const { takeTabLock, firstLook } = await run();
  await takeTabLock(ROOM).held;
  expect(await firstLook(ROOM)).toBe('nothing');
});

test('an empty folder holds nothing', async () => {
  browser.folders = [];
  const { takeTabLock, firstLook } = await run();
  await takeTabLock(ROOM).held;
  expect(await firstLook(ROOM)).toBe('nothing');
});

test('something was kept: the page looks', async () => {
  browser.folders = ['kept'];
  const { takeTabLock, firstLook } = await run();
  await takeTabLock(ROOM).held;
  expect(await firstLook(ROOM)).toBe('something');
});

test('a look counts once: a later attempt looks again', async () => {
  const { takeTabLock, firstLook } = await run();
  const { held, release } = takeTabLock(ROOM);
  await held;
  await firstLook(ROOM);
  expect(await firstLook(ROOM)).toBe('something');
  release();
  await vi.waitFor(() => expect(browser.locks.size).toBe(0));
  expect(await takeTabLock(ROOM).held).toBe(true);
  expect(await firstLook(ROOM)).toBe('something');
});

test('another tab has the link: this one looks at nothing, and asks once more when the page does', async () => {
  browser.locks.set(LOCK, 'elsewhere');
  const { takeTabLock, firstLook } = await run();
  const { held } = takeTabLock(ROOM);
  expect(await held).toBe(false);
  expect(await firstLook(ROOM)).toBe('something');
  expect(browser.asked).toEqual([LOCK, LOCK]);
});

test('a page that is reloaded gets the lock that its predecessor has released meanwhile', async () => {
  browser.locks.set(LOCK, 'elsewhere');
  const { takeTabLock, firstLook } = await run();
  browser.locks.delete(LOCK);
  expect(await takeTabLock(ROOM).held).toBe(true);
  expect(await firstLook(ROOM)).toBe('something');
});

test('another link’s lock is not taken for this one’s, nor is its look', async () => {
  const { takeTabLock, firstLook } = await run();
  expect(await takeTabLock('another').held).toBe(true);
  expect(await firstLook('another')).toBe('something');
  expect([...browser.locks.keys()]).toEqual(['burritoshare-tab-another']);
});

test('nobody needs the lock: it is released after a while; one that was taken is not', async () => {
  await run();
  vi.runAllTimers();
  await vi.waitFor(() => expect(browser.locks.size).toBe(0));
  stubBrowser();
  const { takeTabLock } = await run();
  await takeTabLock(ROOM).held;
  vi.runAllTimers();
  await Promise.resolve();
  expect(browser.locks.get(LOCK)).toBe('here');
});

test('a page that is faster than the look at its link asks once', async () => {
  const { takeTabLock } = await load();
  const { held } = takeTabLock(ROOM);
  await runEarly();
  expect(await held).toBe(true);
  expect(browser.asked).toEqual([LOCK]);
});

test('a browser without locks and folders leaves both to the page', async () => {
  vi.stubGlobal('navigator', {});
  const { takeTabLock, firstLook } = await run();
  expect(await takeTabLock(ROOM).held).toBe(true);
  expect(await firstLook(ROOM)).toBe('something');
});

test('the look goes where deliveries are kept', async () => {
  const { DELIVERIES } = await load();
  const { listDeliveries } = await import('../../src/receiving/opfs/opfs-folder.ts');
  browser.folders = [];
  await listDeliveries();
  expect(browser.asked).toEqual([DELIVERIES]);
});
