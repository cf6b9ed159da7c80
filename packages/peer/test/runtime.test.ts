import { afterEach, expect, test, vi } from 'vitest';

import { createFileSource } from '../src/storage/file-source.ts';
import { webPlatform } from '../src/platform.ts';
import { reportTo, webRuntime } from '../src/runtime.ts';
import { createSenderHost } from '../src/sender/sender-host.ts';
import { openSignalingSocket } from '../src/signaling/signaling-socket.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const { clock } = webRuntime;

/** Waits for a timer of as many milliseconds that starts now. */
const later = (milliseconds: number) =>
  new Promise<void>((resolve) => clock.setTimeout(() => resolve(), milliseconds));

test.each([0, 1])('a timer of %i ms runs in a later turn, once', async (milliseconds) => {
  let calls = 0;
  const called = new Promise<void>((resolve) => {
    clock.setTimeout(() => {
      calls += 1;
      resolve();
    }, milliseconds);
  });
  await Promise.resolve();
  expect(calls).toBe(0);
  await called;
  await later(milliseconds);
  expect(calls).toBe(1);
});

test.each([0, 1])('a timer of %i ms can be cleared', async (milliseconds) => {
  let calls = 0;
  const id = clock.setTimeout(() => (calls += 1), milliseconds);
  clock.clearTimeout(id);
  clock.clearTimeout(id);
  clock.clearTimeout(undefined);
  await later(milliseconds);
  expect(calls).toBe(0);
});

test('an error that ends no delivery goes to the runtime', () => {
  const reported: unknown[] = [];
  const error = new Error('no randomness');
  const host = createSenderHost({
    ...webPlatform('ws://127.0.0.1:1/signal'),
    openSource: createFileSource,
    randomBytes: () => {
      throw error;
    },
    report: (what) => reported.push(what),
  });
  host.choose('bundle', [
    {
      entry: { kind: 'folder', path: 'a', size: 0, modified: null, mediaType: '' },
      file: undefined,
    },
  ]);
  expect(reported).toEqual([error]);
});

test('without `report`, an error is reported as the platform reports uncaught ones', () => {
  const error = new Error('the real one');
  const reportError = vi.fn<(what: unknown) => void>();
  vi.stubGlobal('reportError', reportError);
  reportTo({}, error);
  expect(reportError.mock.calls).toEqual([[error]]);

  // Node has none.
  vi.stubGlobal('reportError', undefined);
  const turns: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (turn: () => void) => turns.push(turn));
  reportTo({}, error);
  expect(turns).toHaveLength(1);
  expect(turns[0]).toThrow(error);
});

test('a socket’s errors are listened to from its beginning, and after its end', () => {
  const socket = {
    onopen: null,
    onmessage: null,
    onclose: null as (() => void) | null,
    onerror: null as (() => void) | null,
    send: () => undefined,
    close: () => undefined,
  };
  let closed = 0;
  openSignalingSocket(socket, {
    opened: () => undefined,
    received: () => undefined,
    closed: () => (closed += 1),
  });
  socket.onerror?.();
  expect(socket.onerror).not.toBeNull();
  socket.onclose?.();
  expect(socket.onerror).not.toBeNull();
  expect([closed, socket.onclose]).toEqual([1, null]);
});
