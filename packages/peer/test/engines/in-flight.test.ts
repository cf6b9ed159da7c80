import { ARRIVED_STEP, RemoteProtocolError } from '@burritoshare/core';
import { expect, test } from 'vitest';
import { createUnderWay } from '../../src/engines/in-flight.ts';

function createWatched() {
  let time = 0;
  const drained: number[] = [];
  const underWay = createUnderWay(() => time);
  return {
    underWay,
    drained,
    pass: (milliseconds: number) => void (time += milliseconds),
    await: (low: number) => {
      underWay.await(low, () => drained.push(underWay.bytes));
    },
  };
}

const STEP = ARRIVED_STEP;

test('what is under way is what was given and has not arrived', () => {
  const { underWay } = createWatched();
  underWay.add(3 * STEP);
  underWay.remove(STEP);
  expect([underWay.bytes, underWay.arrived]).toEqual([2 * STEP, STEP]);
});

test('little enough is not waited for, and more is, once', () => {
  const { underWay, drained, await: wait } = createWatched();
  underWay.add(4 * STEP);
  wait(4 * STEP);
  expect(drained).toEqual([4 * STEP]);
  wait(2 * STEP);
  expect(underWay.isAwaited).toBe(true);
  underWay.remove(STEP);
  expect(drained).toEqual([4 * STEP]);
  underWay.remove(STEP);
  underWay.remove(STEP);
  expect(drained).toEqual([4 * STEP, 2 * STEP]);
  expect(underWay.isAwaited).toBe(false);
});

test('what the receiver says nothing of is never waited for', () => {
  const { underWay, drained, await: wait } = createWatched();
  underWay.add(2 * STEP - 1);
  wait(0);
  underWay.remove(STEP);
  expect(drained).toEqual([STEP - 1]);
});

test('F6: more than was sent can’t have arrived', () => {
  const { underWay } = createWatched();
  underWay.add(STEP);
  underWay.remove(STEP);
  expect(() => {
    underWay.remove(1);
  }).toThrow(RemoteProtocolError);
});

test('the round trip is the shortest that one message at a time took', () => {
  const { underWay, pass } = createWatched();
  underWay.add(STEP);
  pass(40);
  // Not timed, since the first one is.
  underWay.add(STEP);
  pass(40);
  underWay.remove(STEP);
  pass(300);
  underWay.remove(STEP);
  underWay.add(STEP);
  pass(500);
  expect(underWay.add(STEP)).toMatchObject({ roundTrip: 80 });
  underWay.remove(STEP);
  underWay.remove(STEP);
  underWay.add(STEP);
  pass(30);
  underWay.remove(STEP);
  pass(500);
  expect(underWay.add(STEP)).toMatchObject({ roundTrip: 30 });
});

test('goodput is what arrives, and a lane that has run dry says so', () => {
  const { underWay, pass } = createWatched();
  underWay.add(10 * STEP);
  underWay.remove(2 * STEP);
  pass(500);
  // The first look was at a lane that had nothing yet.
  const rate = 4 * STEP;
  expect(underWay.add(STEP)).toMatchObject({ bytesPerSecond: rate, queue: 'dry' });
  underWay.remove(2 * STEP);
  pass(500);
  expect(underWay.add(STEP)).toMatchObject({ bytesPerSecond: rate, queue: 'filled' });
});
