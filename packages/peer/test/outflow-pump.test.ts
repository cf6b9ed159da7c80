import { createPlan, type OutflowEvent } from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createOutflowPump } from '../src/outflow-pump.ts';
import { bundleOf } from './support/storage.ts';

const unused = () => Promise.reject(new Error('nothing is read here'));

function createPump(bufferedAmount: number) {
  const bulk = {
    bufferedAmount,
    bufferedAmountLowThreshold: 0,
    onbufferedamountlow: null as (() => void) | null,
  };
  const told: OutflowEvent[] = [];
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
    plan: createPlan(bundleOf([]).manifest),
    source: { load: unused, matches: unused, digest: unused, close: () => undefined },
    theirLeaf: () => new Uint8Array(),
    channelOf: () => bulk as unknown as RTCDataChannel,
    tell: (event) => told.push(event),
  });
  const late = (milliseconds: number) => void (lateness = milliseconds);
  return { bulk, pump, told, clock, late };
}

test('a queue that is down already is not waited for: its event would never come', () => {
  const { bulk, pump, told } = createPump(100);
  pump.carryOut({ type: 'buffer.await', lane: 0, low: 100 });
  expect(told).toEqual([{ type: 'buffer.drained', lane: 0, buffered: 100 }]);
  expect(bulk.onbufferedamountlow).toBeNull();
});

test('a queue that is up is waited for, once', () => {
  const { bulk, pump, told } = createPump(101);
  pump.carryOut({ type: 'buffer.await', lane: 0, low: 100 });
  expect(told).toEqual([]);
  expect(bulk.bufferedAmountLowThreshold).toBe(100);
  bulk.bufferedAmount = 90;
  bulk.onbufferedamountlow?.();
  expect(told).toEqual([{ type: 'buffer.drained', lane: 0, buffered: 90 }]);
  expect(bulk.onbufferedamountlow).toBeNull();
});

test('an allowance is told with the time that has really passed', () => {
  const { pump, told, clock, late } = createPump(0);
  late(900);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  clock.advance(999);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([{ type: 'allowance.grown', milliseconds: 1_000 }]);
});

test('another wait for an allowance takes the place of the first, and none outlives the pump', () => {
  const { pump, told, clock } = createPump(0);
  pump.carryOut({ type: 'allowance.await', milliseconds: 10_000 });
  clock.advance(50);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  clock.advance(20_000);
  expect(told).toEqual([{ type: 'allowance.grown', milliseconds: 100 }]);
  pump.carryOut({ type: 'allowance.await', milliseconds: 100 });
  pump.close();
  expect(clock.pending).toBe(0);
});
