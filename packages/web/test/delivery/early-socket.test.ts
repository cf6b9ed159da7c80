import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** Stands for a browser's socket. */
class FakeSocket {
  static readonly OPEN = OPEN;
  static readonly all: FakeSocket[] = [];
  readyState = CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close(): void {
    this.readyState = CLOSED;
  }
}

/** The link of the golden file. */
const LINK =
  '#2.w7lj6wXmU2S48kyvD-lmnSAhIiMkJSYnKCkqKywtLi805C1K9e-UoHo6hCAbiJ1M0adDyyexG2oQQ4qP645YR62_';

/** The script, as it runs on a page with this fragment. */
async function run(
  hash: string,
): Promise<typeof import('../../src/delivery/host/early-socket.ts')> {
  vi.stubGlobal('location', { origin: 'https://burrito.example', hash });
  const script = await import('../../src/delivery/host/early-socket.ts');
  await script.looked;
  return script;
}

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('navigator', {});
  FakeSocket.all.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a page with a link has its socket at once, and takes it once', async () => {
  const { openSocket, signalingUrl } = await run(LINK);
  expect(FakeSocket.all.map(({ url }) => url)).toEqual(['wss://burrito.example/signal']);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[0]);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test.each(['', '#', '#2.short', `${LINK}x`, LINK.toUpperCase(), LINK.replace('2', '1'), '#about'])(
  'L3 a page with %o asks for none',
  async (hash) => {
    const { openSocket, signalingUrl } = await run(hash);
    expect(FakeSocket.all).toEqual([]);
    openSocket(signalingUrl());
    expect(FakeSocket.all).toHaveLength(1);
  },
);

test('a page that is faster than the look at its link has one socket', async () => {
  vi.stubGlobal('location', { origin: 'https://burrito.example', hash: LINK });
  const { openSocket, signalingUrl, looked } =
    await import('../../src/delivery/host/early-socket.ts');
  openSocket(signalingUrl());
  await looked;
  expect(FakeSocket.all).toHaveLength(1);
});

test('whoever takes a socket that is open hears that it has opened', async () => {
  const { openSocket, signalingUrl } = await run(LINK);
  FakeSocket.all[0]!.readyState = OPEN;
  const opened = vi.fn<() => void>();
  openSocket(signalingUrl()).onopen = opened;
  await Promise.resolve();
  expect(opened).toHaveBeenCalledOnce();
});

test('a socket that has closed meanwhile is not taken', async () => {
  const { openSocket, signalingUrl } = await run(LINK);
  FakeSocket.all[0]!.close();
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test('S11 a socket on which the server refuses is left: the page’s own hears of it', async () => {
  const { openSocket, signalingUrl } = await run(LINK);
  FakeSocket.all[0]!.readyState = OPEN;
  FakeSocket.all[0]!.onmessage?.();
  expect(FakeSocket.all[0]!.readyState).toBe(CLOSED);
  expect(openSocket(signalingUrl())).toBe(FakeSocket.all[1]);
});

test('nobody needs it: it is closed after a while; one that was taken is not', async () => {
  await run(LINK);
  vi.runAllTimers();
  expect(FakeSocket.all[0]!.readyState).toBe(CLOSED);
  vi.resetModules();
  const { openSocket, signalingUrl } = await run(LINK);
  openSocket(signalingUrl());
  vi.runAllTimers();
  expect(FakeSocket.all[1]!.readyState).toBe(CONNECTING);
});
