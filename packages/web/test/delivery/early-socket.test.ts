import { signalingMachine, toBase64Url } from '@burritoshare/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActor } from 'xstate';

import {
  browser,
  FakeSocket,
  LINK,
  LOCK,
  ROOM,
  runEarly,
  stubBrowser,
} from '../support/early-page.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

type Script = typeof import('../../src/delivery/host/early-socket.ts');

/** The sockets of a page with this fragment, once the script has run that comes before the page. */
async function run(hash = LINK): Promise<Script> {
  await runEarly(hash);
  return import('../../src/delivery/host/early-socket.ts');
}

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a page with a link has its socket at once, and takes it once', async () => {
  const { openSocket, signalingUrl } = await run();
  expect(FakeSocket.all.map(({ url }) => url)).toEqual(['wss://burrito.example/signal']);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[0]);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test.each(['', '#', '#2.short', `${LINK}x`, LINK.toUpperCase(), LINK.replace('2', '1'), '#about'])(
  'L3 a page with %o asks for none',
  async (hash) => {
    const { openSocket, signalingUrl } = await run(hash);
    expect(FakeSocket.all).toEqual([]);
    expect(browser.asked).toEqual([]);
    openSocket(signalingUrl());
    expect(FakeSocket.all).toHaveLength(1);
  },
);

test('a page that is faster than the look at its link has one socket', async () => {
  const { openSocket, signalingUrl } = await import('../../src/delivery/host/early-socket.ts');
  openSocket(signalingUrl());
  await runEarly();
  expect(FakeSocket.all).toHaveLength(1);
});

test('whoever takes a socket that is open hears that it has opened', async () => {
  browser.locks.set(LOCK, 'elsewhere');
  const { openSocket, signalingUrl } = await run();
  FakeSocket.all[0]!.open();
  const opened = vi.fn<() => void>();
  openSocket(signalingUrl()).onopen = opened;
  await Promise.resolve();
  expect(opened).toHaveBeenCalledOnce();
});

test('a socket that has closed meanwhile is not taken', async () => {
  const { openSocket, signalingUrl } = await run();
  FakeSocket.all[0]!.close();
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test('S11 a socket on which the server refuses is left: the page’s own hears of it', async () => {
  const { openSocket, signalingUrl } = await run();
  FakeSocket.all[0]!.readyState = OPEN;
  FakeSocket.all[0]!.receive('refused');
  expect(FakeSocket.all[0]!.readyState).toBe(CLOSED);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test('nobody needs it: it is closed after a while; one that was taken is not', async () => {
  await run();
  FakeSocket.all[0]!.open();
  vi.runAllTimers();
  expect(FakeSocket.all[0]!.readyState).toBe(CLOSED);
  stubBrowser();
  const { openSocket, signalingUrl } = await run();
  openSocket(signalingUrl());
  vi.runAllTimers();
  expect(FakeSocket.all[0]!.readyState).toBe(CONNECTING);
});

test('a tab that has the link for itself joins at once where its socket is open already', async () => {
  browser.opens = 'at once';
  await run();
  expect(FakeSocket.all[0]!.sent).toHaveLength(1);
});

test('a tab that has the link for itself joins once its socket is open', async () => {
  browser.opens = 'later';
  await run();
  expect(FakeSocket.all[0]!.sent).toEqual([]);
  FakeSocket.all[0]!.open();
  expect(FakeSocket.all[0]!.sent).toHaveLength(1);
});

test('S4 a tab joins nothing that another tab has open', async () => {
  browser.locks.set(LOCK, 'elsewhere');
  await run();
  FakeSocket.all[0]!.open();
  expect(FakeSocket.all[0]!.sent).toEqual([]);
});

test('a tab joins nothing by itself where something was kept, which has a seat', async () => {
  browser.folders = ['kept'];
  await run();
  FakeSocket.all[0]!.open();
  expect(FakeSocket.all[0]!.sent).toEqual([]);
});

test('S1 the page joins with the same words, and what the server has answered comes then', async () => {
  const { openSocket, signalingUrl, takeSeat } = await run();
  const [early] = FakeSocket.all;
  early!.open();
  early!.receive('joined');
  early!.receive('peer.online');

  const { token } = takeSeat(ROOM)!;
  const socket = openSocket(signalingUrl());
  const heard: unknown[] = [];
  socket.onmessage = ({ data }) => heard.push(data);
  socket.onopen = () => socket.send(joinTextOf(token));
  await vi.waitFor(() => expect(heard).toEqual(['joined', 'peer.online']));
  expect(early!.sent).toEqual([joinTextOf(token)]);

  early!.receive('relay');
  expect(heard).toEqual(['joined', 'peer.online', 'relay']);
  socket.send('pong');
  expect(early!.sent).toEqual([joinTextOf(token), 'pong']);
  const closed = vi.fn<() => void>();
  socket.onclose = closed;
  early!.onclose?.();
  expect(closed).toHaveBeenCalledOnce();
  socket.close();
  expect(early!.readyState).toBe(CLOSED);
  vi.runAllTimers();
  expect(FakeSocket.all).toHaveLength(1);
});

test('a page that takes the socket before it has joined joins by itself, in the same seat', async () => {
  const { openSocket, signalingUrl, takeSeat } = await run();
  const { token } = takeSeat(ROOM)!;
  const socket = openSocket(signalingUrl());
  socket.onopen = () => socket.send(joinTextOf(token));
  FakeSocket.all[0]!.open();
  expect(FakeSocket.all[0]!.sent).toEqual([joinTextOf(token)]);
});

test('a page that wants another seat leaves the one that was taken early', async () => {
  const { openSocket, signalingUrl, takeSeat } = await run();
  FakeSocket.all[0]!.open();
  expect(takeSeat(toBase64Url(new Uint8Array(16)))).toBeUndefined();
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
  expect(FakeSocket.all[0]!.readyState).toBe(CLOSED);
  expect(takeSeat(ROOM)).toBeUndefined();
});

/** What the signaling machine sends for a receiver's seat. */
function joinTextOf(token: Uint8Array): string {
  const input = { role: 'receiver', room: ROOM, token: toBase64Url(token) } as const;
  const machine = createActor(signalingMachine, { input });
  const sent: string[] = [];
  machine.on('socket.send', ({ text }) => sent.push(text));
  machine.start().send({ type: 'socket.opened', socket: 1 });
  machine.stop();
  return sent[0] ?? '';
}
