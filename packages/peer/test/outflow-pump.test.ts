import { createPlan, type OutflowEvent } from '@burritoshare/core';
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
  const pump = createOutflowPump({
    plan: createPlan(bundleOf([]).manifest),
    source: { load: unused, matches: unused, digest: unused, close: () => undefined },
    theirLeaf: () => new Uint8Array(),
    channelOf: () => bulk as unknown as RTCDataChannel,
    tell: (event) => told.push(event),
  });
  return { bulk, pump, told };
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
