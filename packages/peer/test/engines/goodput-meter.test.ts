import { expect, test } from 'vitest';
import { createGoodputMeter } from '../../src/engines/goodput-meter.ts';

test('the rate is measured over half a second at least', () => {
  const meter = createGoodputMeter();
  expect(meter.look(0, 1_000, 'filled')).toBeUndefined();
  expect(meter.look(40_000, 1_499, 'filled')).toBeUndefined();
  expect(meter.look(50_000, 1_500, 'filled')).toEqual({ bytesPerSecond: 100_000, queue: 'filled' });
  expect(meter.look(60_000, 1_900, 'filled')).toBeUndefined();
  expect(meter.look(70_000, 2_500, 'filled')).toEqual({ bytesPerSecond: 20_000, queue: 'filled' });
});

test('the queue counts as dry if it was dry at any look meanwhile', () => {
  const meter = createGoodputMeter();
  meter.look(0, 0, 'dry');
  expect(meter.look(100_000, 1_000, 'filled')).toEqual({ bytesPerSecond: 100_000, queue: 'dry' });
  expect(meter.look(110_000, 2_000, 'filled')).toEqual({ bytesPerSecond: 10_000, queue: 'filled' });
  meter.look(115_000, 2_200, 'dry');
  expect(meter.look(120_000, 3_000, 'filled')).toEqual({ bytesPerSecond: 10_000, queue: 'dry' });
});
