import { ARRIVED_STEP, RemoteProtocolError } from '@burritoshare/core';
import { expect, test } from 'vitest';
import { createInFlight } from '../../src/engines/in-flight.ts';

function createWatched() {
  let time = 0;
  const drained: number[] = [];
  const inFlight = createInFlight(() => time);
  return {
    inFlight,
    drained,
    pass: (milliseconds: number) => void (time += milliseconds),
    await: (low: number) => {
      inFlight.await(low, () => drained.push(inFlight.bytes));
    },
  };
}

const STEP = ARRIVED_STEP;

test('bytes in flight are those that were added and have not arrived', () => {
  const { inFlight } = createWatched();
  inFlight.add(3 * STEP);
  inFlight.remove(STEP);
  expect([inFlight.bytes, inFlight.arrived]).toEqual([2 * STEP, STEP]);
});

test('a wait ends at once where few bytes are in flight, else once, when enough have arrived', () => {
  const { inFlight, drained, await: wait } = createWatched();
  inFlight.add(4 * STEP);
  wait(4 * STEP);
  expect(drained).toEqual([4 * STEP]);
  wait(2 * STEP);
  expect(inFlight.isAwaited).toBe(true);
  inFlight.remove(STEP);
  expect(drained).toEqual([4 * STEP]);
  inFlight.remove(STEP);
  inFlight.remove(STEP);
  expect(drained).toEqual([4 * STEP, 2 * STEP]);
  expect(inFlight.isAwaited).toBe(false);
});

test('no wait depends on bytes that the receiver does not report', () => {
  const { inFlight, drained, await: wait } = createWatched();
  inFlight.add(2 * STEP - 1);
  wait(0);
  inFlight.remove(STEP);
  expect(drained).toEqual([STEP - 1]);
});

test('F6: more than was sent can’t have arrived', () => {
  const { inFlight } = createWatched();
  inFlight.add(STEP);
  inFlight.remove(STEP);
  expect(() => {
    inFlight.remove(1);
  }).toThrow(RemoteProtocolError);
});

test('round trips since the last time are those that ended, and one that goes on', () => {
  const { inFlight, pass } = createWatched();
  const roundTrip = (milliseconds: number): void => {
    inFlight.add(STEP);
    pass(milliseconds);
    inFlight.remove(STEP);
  };
  expect(inFlight.takeRecent()).toBeUndefined();
  roundTrip(20);
  roundTrip(40);
  roundTrip(30);
  expect(inFlight.takeRecent()).toEqual({ shortest: 20, longest: 40 });
  expect(inFlight.takeRecent()).toBeUndefined();
  inFlight.add(STEP);
  pass(50);
  expect(inFlight.takeRecent()).toEqual({ shortest: Infinity, longest: 50 });
  expect(inFlight.roundTrip).toBe(20);
});

test('the round trip is the shortest that one message at a time took', () => {
  const { inFlight, pass } = createWatched();
  inFlight.add(STEP);
  pass(40);
  // Not timed, since the first one is.
  inFlight.add(STEP);
  pass(40);
  inFlight.remove(STEP);
  pass(300);
  inFlight.remove(STEP);
  inFlight.add(STEP);
  pass(500);
  expect(inFlight.add(STEP)).toMatchObject({ roundTrip: 80 });
  inFlight.remove(STEP);
  inFlight.remove(STEP);
  inFlight.add(STEP);
  pass(30);
  inFlight.remove(STEP);
  pass(500);
  expect(inFlight.add(STEP)).toMatchObject({ roundTrip: 30 });
});

test('goodput is what arrives, and a lane that has run dry says so', () => {
  const { inFlight, pass } = createWatched();
  inFlight.add(10 * STEP);
  inFlight.remove(2 * STEP);
  pass(500);
  // The first look was at a lane that had nothing yet.
  const rate = 4 * STEP;
  expect(inFlight.add(STEP)).toMatchObject({ bytesPerSecond: rate, queue: 'dry' });
  inFlight.remove(2 * STEP);
  pass(500);
  expect(inFlight.add(STEP)).toMatchObject({ bytesPerSecond: rate, queue: 'filled' });
});
