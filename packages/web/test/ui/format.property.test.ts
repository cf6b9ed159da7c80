import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  formatBytes,
  formatCount,
  formatMovingBytes,
  formatPercent,
  formatRate,
  formatTimeLeft,
  percentOf,
} from '../../src/ui/format.ts';

const UNITS: Readonly<Record<string, number>> = {
  byte: 1,
  bytes: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

describe('sizes', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 KB'],
    [999_499, '999 KB'],
    [999_500, '1 MB'],
    [4_200_000, '4.2 MB'],
    [999_949_999, '999.9 MB'],
    [999_950_000, '1 GB'],
    [1_343_400_000, '1.34 GB'],
    [Number.MAX_SAFE_INTEGER, '9,007.2 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en').replace('\u00a0', ' ')).toBe(text);
  });

  test('figures that move keep their digits, and follow the locale', () => {
    expect(formatMovingBytes(340_000_000, 'en')).toBe('340.0\u00a0MB');
    expect(formatMovingBytes(340_000_000, 'de')).toBe('340,0\u00a0MB');
    expect(formatRate(5_120_000, 'en')).toBe('5.1\u00a0MB/s');
  });

  test('a figure stays below 1,000 and within its rounding of the truth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999e12 }), (bytes) => {
        const [figure = '', unit = ''] = formatBytes(bytes, 'en').split('\u00a0');
        const value = Number(figure.replaceAll(',', ''));
        expect(value).toBeLessThan(1000);
        expect(Math.abs(value * UNITS[unit]! - bytes)).toBeLessThanOrEqual(0.5 * UNITS[unit]!);
      }),
    );
  });
});

test('counts have a singular and a plural', () => {
  expect(formatCount(1, 'file', 'en')).toBe('1 file');
  expect(formatCount(10_000, 'file', 'en')).toBe('10,000 files');
  expect(formatCount(2, 'delivery', 'en', 'deliveries')).toBe('2 deliveries');
});

describe('per cent', () => {
  test('100 means complete', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1)),
        fc.constantFrom(0, 1),
        (total, part, missing) => {
          const bytes = Math.max(0, Math.floor(total * part) - missing);
          const percent = percentOf(bytes, total);
          expect(percent).toBeGreaterThanOrEqual(0);
          expect(percent === 100).toBe(bytes === total);
        },
      ),
    );
  });

  test('99.99 % is shown as 99', () => {
    expect(formatPercent(9_999, 10_000, 'en')).toBe('99%');
  });

  test('a total of 0 gives 100', () => {
    expect(percentOf(0, 0)).toBe(100);
  });
});

describe('time left', () => {
  test.each([
    [0, 'a few seconds left'],
    [9.9, 'a few seconds left'],
    [10, 'less than a minute left'],
    [50, 'about 1 minute left'],
    [92, 'about 2 minutes left'],
    [3_600, 'about 1 hour left'],
    [7_300, 'about 2 hours left'],
    [86_000, 'more than a day left'],
  ])('%d s: %s', (seconds, text) => {
    expect(formatTimeLeft(seconds, 'en')).toBe(text);
  });

  test('without a speed there is no time left', () => {
    expect(formatTimeLeft(Number.POSITIVE_INFINITY)).toBeUndefined();
    expect(formatTimeLeft(Number.NaN)).toBeUndefined();
  });
});
