import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { ChunkMessage, PullMessage, ZipReport } from '../../src/receiving/saving/messages.ts';
import { servePulls, STALL_TIMEOUT } from '../../src/receiving/saving/worker/serve-pulls.ts';

const BLOCK = 300_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A stream of this many blocks. With `error`, reading fails at the end. */
function stream(blocks: number, error?: Error): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = blocks;
  return new ReadableStream(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(BLOCK));
        else if (error === undefined) controller.close();
        else controller.error(error);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The test plays the service worker at the other end. */
function setUp(source: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const { port1, port2 } = new MessageChannel();
  const reports: ZipReport[] = [];
  const waiting: (() => void)[] = [];
  const report = (message: ZipReport): void => {
    reports.push(message);
    for (const wake of waiting.splice(0)) wake();
  };
  servePulls({ port: port1, reader: source.getReader(), report });
  const say = (message: PullMessage): void => port2.postMessage(message);
  const heard = (): Promise<ChunkMessage> =>
    new Promise((resolve) => {
      port2.addEventListener('message', ({ data }: MessageEvent<ChunkMessage>) => resolve(data), {
        once: true,
      });
      port2.start();
    });
  const ask = (): Promise<ChunkMessage> => {
    const answer = heard();
    say({ type: 'pull' });
    return answer;
  };
  const reported = async (type: ZipReport['type']): Promise<void> => {
    while (!reports.some((one) => one.type === type)) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { port: port2, reports, say, ask, heard, reported };
}

test('every pull is answered with a chunk, and the last with the end', async () => {
  const { ask, reports, port } = setUp(stream(2));
  const chunks = [await ask(), await ask()];
  expect(chunks.map((one) => one.type === 'chunk' && one.bytes.byteLength)).toEqual([BLOCK, BLOCK]);
  expect(await ask()).toEqual({ type: 'end' });
  expect(reports).toEqual([{ type: 'started' }, { type: 'finished' }]);
  port.close();
});

test('a cancel is reported, and nothing more', async () => {
  const { ask, say, reports, reported, port } = setUp(stream(2));
  await ask();
  say({ type: 'cancel' });
  await reported('cancelled');
  vi.advanceTimersByTime(STALL_TIMEOUT);
  expect(reports).toEqual([{ type: 'started' }, { type: 'cancelled' }]);
  port.close();
});

test('a read that fails ends both sides', async () => {
  const { ask, reports, port } = setUp(stream(1, new Error('gone from the disk')));
  await ask();
  expect(await ask()).toEqual({ type: 'error', message: 'gone from the disk' });
  expect(reports.at(-1)).toEqual({ type: 'failed', message: 'gone from the disk' });
  port.close();
});

test('it is a failure if the other side of the port has gone', async () => {
  const { ask, port, reports, reported } = setUp(stream(2));
  await ask();
  port.close();
  await reported('failed');
  expect(reports).toEqual([
    { type: 'started' },
    { type: 'failed', message: 'the service worker has gone' },
  ]);
});

test('a download without further pulls fails, a slow one doesn’t', async () => {
  const { ask, heard, reports, port } = setUp(stream(3));
  for (let pulls = 0; pulls < 2; pulls += 1) {
    await ask();
    vi.advanceTimersByTime(STALL_TIMEOUT - 1);
  }
  expect(reports).toEqual([{ type: 'started' }]);

  const lastWord = heard();
  vi.advanceTimersByTime(1);

  expect(await lastWord).toMatchObject({ type: 'error' });
  expect(reports.map(({ type }) => type)).toEqual(['started', 'failed']);
  port.close();
});
