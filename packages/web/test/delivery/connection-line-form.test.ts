import type { DeliveryState } from '@burritoshare/core';
import { expect, test } from 'vitest';

import {
  NOBODY_YET,
  connectionLineOf,
  gapAlong,
  progressAlong,
  type ConnectionLineForm,
} from '../../src/delivery/connection-line-form.ts';
import { isActive, isOngoing } from '../../src/delivery/view.ts';

const FORMS: Readonly<Record<DeliveryState, ConnectionLineForm>> = {
  connecting: 'connecting',
  waiting: 'waiting',
  offered: 'direct',
  moving: 'direct',
  paused: 'direct',
  interrupted: 'broken',
  verifying: 'direct',
  complete: 'done',
  cancelled: 'broken',
  declined: 'broken',
  failed: 'broken',
};
const states = Object.keys(FORMS) as readonly DeliveryState[];

test.each(states)('%s has a drawing and words of its own', (state) => {
  expect(connectionLineOf(state).form).toBe(FORMS[state]);
  expect(
    states.filter((other) => connectionLineOf(other).words === connectionLineOf(state).words),
  ).toEqual([state]);
});

test('only waiting for a person or a place is drawn with dots', () => {
  expect(NOBODY_YET.form).toBe('waiting');
  expect(connectionLineOf('connecting', 'sender')).toEqual(NOBODY_YET);
  expect(connectionLineOf('waiting').form).toBe('waiting');
  expect(connectionLineOf('connecting', 'server').form).toBe('connecting');
  expect(connectionLineOf('connecting', 'absentServer').form).toBe('connecting');
  expect(connectionLineOf('connecting', 'connection').form).toBe('connecting');
  expect(connectionLineOf('moving', 'sender').form).toBe('direct');
});

test('the gap of a broken line lies where the bundle doesn’t, and its middle well inside of the line', () => {
  for (let percent = 0; percent <= 100; percent++) {
    const gap = gapAlong(percent);
    expect(Math.abs(gap - percent)).toBeGreaterThanOrEqual(20);
    expect(Math.min(gap, 100 - gap)).toBeGreaterThanOrEqual(20);
  }
  expect(gapAlong()).toBe(50);
});

test('the bundle stands where the bytes are, until the delivery ends', () => {
  const progress = { bytes: 40, arrived: 42, total: 100, speed: undefined, secondsLeft: undefined };
  for (const state of states) {
    expect(progressAlong(state, progress)).toBe(isOngoing(state) ? 42 : undefined);
  }
});

test('an empty bundle is handed over only at the end', () => {
  const nothing = { bytes: 0, arrived: 0, total: 0, speed: undefined, secondsLeft: undefined };
  expect(progressAlong('offered', nothing)).toBe(0);
  expect(progressAlong('verifying', nothing)).toBe(100);
});

test('the page asks before it is left, from acceptance to the end', () => {
  const active = (accepted: boolean) => states.filter((state) => isActive({ state, accepted }));
  expect(active(false)).toEqual([]);
  expect(active(true)).toEqual(states.filter(isOngoing));
});
