import {
  ARRIVED_STEP,
  BUFFER_HIGH_BYTES,
  CHUNK_BYTES,
  createPlan,
  encodeArrived,
  type OutflowEvent,
} from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createOutflowPump } from '../../src/engines/outflow-pump.ts';
import { bundleOf } from '../../src/testing/index.ts';

const unused = () => Promise.reject(new Error('nothing is read here'));

function createPump(sizes: readonly number[] = [], bulk?: RTCDataChannel) {
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
      load: ({ length }) => Promise.resolve(new Uint8Array(length)),
      release: ({ length }) => void released.push(length),
      matches: unused,
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
  pump.carryOut({ type: 'chunks.send', lane: 0, ordinal: 0, from: 0, to: chunks });
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
