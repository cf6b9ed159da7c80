import { expect, test } from 'vitest';
import { createGoodputMeter } from '../src/goodput-meter.ts';

test('what left a queue that was never empty, over half a second at least', () => {
  const meter = createGoodputMeter();
  expect(meter.look(0, 1_000, 'filled')).toBeUndefined();
  expect(meter.look(40_000, 1_499, 'filled')).toBeUndefined();
  expect(meter.look(50_000, 1_500, 'filled')).toBe(100_000);
  expect(meter.look(60_000, 1_900, 'filled')).toBeUndefined();
  expect(meter.look(70_000, 2_500, 'filled')).toBe(20_000);
});

test('a queue that ran dry shows less than the path takes: the figure may double, and never falls', () => {
  const meter = createGoodputMeter();
  meter.look(0, 0, 'dry');
  expect(meter.look(100_000, 1_000, 'filled')).toBe(200_000);
  meter.look(110_000, 1_200, 'dry');
  expect(meter.look(120_000, 2_000, 'filled')).toBe(200_000);
  expect(meter.look(320_000, 3_000, 'dry')).toBe(400_000);
  // Held up for long: that says nothing of the path.
  expect(meter.look(320_000, 60_000, 'dry')).toBe(400_000);
  expect(meter.look(330_000, 61_000, 'filled')).toBe(10_000);
});
