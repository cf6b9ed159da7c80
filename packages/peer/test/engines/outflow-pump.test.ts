import {
  ARRIVED_STEP,
  BUFFER_HIGH_BYTES,
  CHUNK_BYTES,
  concatBytes,
  createPlan,
  encodeArrived,
  parseFrame,
  piecesOf,
  type OutflowEvent,
} from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createOutflowPump } from '../../src/engines/outflow-pump.ts';
import { PlatformError } from '../../src/storage/index.ts';
import { bundleOf } from '../../src/testing/index.ts';

const unused = () => Promise.reject(new Error('nothing is read here'));

interface Failing {
  /** Files that can't be read. */
  readonly unreadable?: readonly number[];
  /** Pieces whose leaf the receiver has wrong. */
  readonly different?: readonly number[];
}

function createPump(
  sizes: readonly number[] = [],
  bulk?: RTCDataChannel,
  { unreadable = [], different }: Failing = {},
) {
  const told: OutflowEvent[] = [];
  const released: number[] = [];
  const clock = createVirtualClock();
  // A hidden tab's timers come late.
  let lateness = 0;
  const pump = createOutflowPump({
    runtime: {
      clock: {
        setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds + lateness),
        clearTimeout: (id) => clock.clearTimeout(id as number),
      },
      now: () => clock.now(),
    },
    plan: createPlan(bundleOf(sizes.map((size) => new Uint8Array(size))).manifest),
    source: {
      load: async ({ file, length }) => {
        if (unreadable.includes(file)) throw new PlatformError('source.changed', 'not as it was');
        return new Uint8Array(length).fill(file);
      },
      release: ({ length }) => void released.push(length),
      matches: async ({ file, ordinal }) => {
        if (different === undefined) return unused();
        if (unreadable.includes(file)) throw new PlatformError('source.changed', 'not as it was');
        return !different.includes(ordinal);
      },
      digest: unused,
      close: () => undefined,
    },
    theirLeaf: () => new Uint8Array(),
    channelOf: () => bulk,
    tell: (event) => told.push(event),
  });
  const late = (milliseconds: number) => void (lateness = milliseconds);
  return { pump, told, released, clock, late };
}

test('an allowance reports the time that has really passed', () => {
  const { pump, told, clock, late } = createPump();
  late(900);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  clock.advance(999);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([{ type: 'allowance.grown', milliseconds: 1_000 }]);
});

test('another wait for an allowance takes the place of the first, and none outlives the pump', () => {
  const { pump, told, clock } = createPump();
  pump.carryOut({ type: 'allowance.await', milliseconds: 10_000 });
  clock.advance(50);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  clock.advance(20_000);
  expect(told).toEqual([{ type: 'allowance.grown', milliseconds: 100 }]);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  pump.close();
  expect(clock.pending).toBe(0);
});

/** A pump over a channel whose buffered amount the test sets. */
async function pumpInto(chunks: number) {
  const bulk = {
    readyState: 'open',
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    onbufferedamountlow: null as (() => void) | null,
    send: () => undefined,
  };
  const channel = bulk as unknown as RTCDataChannel;
  const { pump, told } = createPump([chunks * CHUNK_BYTES], channel);
  pump.carryOut({ type: 'piece.load', ordinal: 0 });
  await expect.poll(() => told).toEqual([{ type: 'piece.read', ordinal: 0 }]);
  pump.carryOut({ type: 'chunks.send', lane: 0, frame: 1, ordinal: 0, from: 0, to: chunks });
  const hear = () => pump.hear(channel, encodeArrived(ARRIVED_STEP).buffer);
  return { bulk, pump, told, hear };
}

test('F6: bytes that a channel still holds have not arrived, whatever the receiver says', async () => {
  const { bulk, pump, told, hear } = await pumpInto(9);
  pump.carryOut({ type: 'buffer.await', lane: 0, low: 2 * ARRIVED_STEP });
  told.length = 0;
  bulk.bufferedAmount = 2 * BUFFER_HIGH_BYTES + 1;
  expect([hear(), hear()], 'nobody is refused for a figure that is late').toEqual([true, true]);
  expect([pump.arrivals().bytes, told]).toEqual([0, []]);

  bulk.bufferedAmount = bulk.bufferedAmountLowThreshold;
  bulk.onbufferedamountlow?.();
  expect(pump.arrivals().bytes).toBe(2 * ARRIVED_STEP);
  expect(told.map(({ type }) => type)).toEqual(['buffer.drained']);
  expect(hear(), 'and once only').toBe(false);
});

test('F6: a waiting report of more than was handed over is refused, and dropped with the pump', async () => {
  const { bulk, pump, hear } = await pumpInto(5);
  bulk.bufferedAmount = 2 * BUFFER_HIGH_BYTES + 1;
  expect([hear(), hear()]).toEqual([true, false]);
  pump.close();
  expect(bulk.onbufferedamountlow).toBe(null);
});

test('bytes go back to the source once, when a piece is released, at the end, and when they come too late', async () => {
  const { pump, told, released } = createPump([10, 20, 30]);
  for (const ordinal of [0, 1]) pump.carryOut({ type: 'piece.load', ordinal });
  await expect.poll(() => told).toHaveLength(2);
  expect(released).toEqual([]);
  for (const _ of [1, 2]) pump.carryOut({ type: 'piece.release', ordinal: 0 });
  expect(released).toEqual([10]);

  pump.carryOut({ type: 'piece.load', ordinal: 2 });
  pump.close();
  expect(released).toEqual([10, 20]);
  await expect.poll(() => released).toEqual([10, 20, 30]);
  expect(told).toHaveLength(2);
});

test('F7: a pack is read as far as it can be, and its frames have the files that are in it', async () => {
  const sent: Uint8Array[] = [];
  const bulk = {
    readyState: 'open',
    bufferedAmount: 0,
    send: (message: Uint8Array) => void sent.push(message.slice()),
  };
  const { pump, told, released } = createPump(
    [10, 20, CHUNK_BYTES, 40],
    bulk as unknown as RTCDataChannel,
    { unreadable: [1] },
  );
  pump.carryOut({ type: 'piece.load', ordinal: 0, pack: piecesOf([{ first: 0, end: 4 }]) });
  pump.carryOut({ type: 'piece.release', ordinal: 3 });
  await expect.poll(() => told).toHaveLength(2);
  const pack = piecesOf([
    { first: 0, end: 1 },
    { first: 2, end: 3 },
  ]);
  expect(told.splice(0)).toEqual([
    { type: 'read.failed', file: 1, code: 'source.changed' },
    { type: 'piece.read', ordinal: 0, pack },
  ]);
  expect(released.splice(0), 'what came too late').toEqual([40]);

  pump.carryOut({ type: 'chunks.send', lane: 0, frame: 1, ordinal: 0, pack, from: 0, to: 2 });
  const frames = sent.map(parseFrame);
  expect(frames.map(({ file, offset }) => [file, offset])).toEqual([
    [0, 0],
    [0, CHUNK_BYTES],
  ]);
  for (const { bitmap } of frames) expect(bitmap).toEqual(Uint8Array.of(0x40));
  const bytes = concatBytes(...frames.map(({ payload }) => payload));
  expect(bytes).toEqual(concatBytes(new Uint8Array(10), new Uint8Array(CHUNK_BYTES).fill(2)));
  pump.carryOut({ type: 'piece.release', ordinal: 0, pack });
  expect(released).toEqual([10, CHUNK_BYTES]);
  pump.carryOut({ type: 'chunks.send', lane: 0, frame: 1, ordinal: 0, pack, from: 0, to: 1 });
  expect(sent, 'nothing is left to send').toHaveLength(2);
});

test('R3: small files are compared together, and one that can’t be read is no reason to stop', async () => {
  const { pump, told } = createPump([10, 20, 30, 40], undefined, {
    unreadable: [1],
    different: [2],
  });
  pump.carryOut({ type: 'pieces.check', first: 0, end: 4 });
  await expect
    .poll(() => told)
    .toEqual([
      { type: 'read.failed', file: 1, code: 'source.changed' },
      { type: 'pieces.checked', different: [{ first: 2, end: 3 }] },
    ]);
});
