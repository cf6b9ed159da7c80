import { ARRIVED_STEP } from '@burritoshare/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  RATE_WINDOW,
  recordSample,
  secondsLeft,
  speedOf,
  type Sample,
} from '../../src/delivery/rate.ts';

/** Steps of time and progress between the page's samples. */
const steps = fc.array(
  fc.record({ after: fc.integer({ min: 1, max: 2_000 }), bytes: fc.nat(50_000_000) }),
  { minLength: 1, maxLength: 60 },
);

function samplesOf(
  taken: readonly { readonly after: number; readonly bytes: number }[],
): readonly Sample[] {
  let samples: readonly Sample[] = [];
  let at = 0;
  let bytes = 0;
  for (const step of taken) {
    at += step.after;
    bytes += step.bytes;
    samples = recordSample(samples, { at, bytes });
  }
  return samples;
}

test('the kept samples span the window, and only one of them lies outside', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const samples = samplesOf(taken);
      const start = samples.at(-1)!.at - RATE_WINDOW;
      expect(samples.slice(1).every(({ at }) => at > start)).toBe(true);
    }),
  );
});

test('a speed lies between the slowest and the fastest step that it covers', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const samples = samplesOf(taken);
      const speed = speedOf(samples);
      if (speed === undefined) return;
      const speeds = samples
        .slice(1)
        .map(
          ({ at, bytes }, index) =>
            ((bytes - samples[index]!.bytes) * 1000) / (at - samples[index]!.at),
        );
      expect(speed).toBeGreaterThanOrEqual(Math.min(...speeds) * 0.999_999);
      expect(speed).toBeLessThanOrEqual(Math.max(...speeds) * 1.000_001);
    }),
  );
});

test('a steady stream has the right speed, and the right time left', () => {
  const samples = samplesOf(Array.from({ length: 20 }, () => ({ after: 250, bytes: 500_000 })));
  expect(speedOf(samples)).toBe(2_000_000);
  expect(secondsLeft(10_000_000, 30_000_000, speedOf(samples))).toBe(10);
});

test('less than three seconds give no speed', () => {
  const first = { after: 1, bytes: 1 };
  expect(speedOf(samplesOf([first, { after: 2_999, bytes: 15 }]))).toBeUndefined();
  expect(speedOf(samplesOf([first, { after: 3_000, bytes: 15 }]))).toBe(5);
});

test('from 1 Mbit/s on, reports in steps of 64 KiB give a sender a speed within 20 % of the truth', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 125_000, max: 500_000_000 }),
      fc.nat(500),
      fc.integer({ min: 6, max: 40 }),
      (bytesPerSecond, begin, looks) => {
        let samples: readonly Sample[] = [];
        for (let look = 0; look < looks; look++) {
          const at = begin + look * 500;
          const come = (at * bytesPerSecond) / 1_000;
          const bytes = Math.floor(come / ARRIVED_STEP) * ARRIVED_STEP;
          samples = recordSample(samples, { at, bytes });
          const speed = speedOf(samples);
          if (speed === undefined) continue;
          expect(speed / bytesPerSecond).toBeGreaterThan(0.8);
          expect(speed / bytesPerSecond).toBeLessThan(1.2);
        }
        expect(looks < 7 || speedOf(samples) !== undefined, 'there is one').toBe(true);
      },
    ),
  );
});

test('a stall leaves no speed and no time left', () => {
  let samples = samplesOf(Array.from({ length: 8 }, () => ({ after: 1_000, bytes: 1_000_000 })));
  const bytes = samples.at(-1)!.bytes;
  for (let second = 9; second < 15; second++) {
    samples = recordSample(samples, { at: second * 1_000, bytes });
  }
  expect(speedOf(samples)).toBeUndefined();
  expect(secondsLeft(bytes, 2 * bytes, speedOf(samples))).toBeUndefined();
});

test('if the bytes go back, the window starts over', () => {
  const samples = recordSample(
    samplesOf([
      { after: 1_000, bytes: 900 },
      { after: 1_000, bytes: 900 },
    ]),
    { at: 3_000, bytes: 100 },
  );
  expect(samples).toEqual([{ at: 3_000, bytes: 100 }]);
});
