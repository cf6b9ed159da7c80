import { ARRIVED_STEP, CHUNK_BYTES } from '@burritoshare/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  LONG_WINDOW,
  recordSample,
  secondsLeft,
  SHORT_WINDOW,
  type Rate,
  type Sample,
} from '../../src/delivery/rate.ts';
import { formatRate, formatTimeLeft } from '../../src/ui/format.ts';

/** Milliseconds between the page's looks. */
const LOOK = 250;

/** Bytes a second. */
const MEGABIT = 125_000;

/** The rate after each sample. */
function ratesOf(samples: readonly Sample[]): readonly Rate[] {
  let rate: Rate | undefined;
  return samples.map((sample) => (rate = recordSample(rate, sample)));
}

function looksAt(count: number, bytesAt: (at: number) => number): readonly Sample[] {
  return Array.from({ length: count }, (_, look) => ({
    at: look * LOOK,
    bytes: bytesAt(look * LOOK),
  }));
}

interface Stream {
  /** Bytes a second. */
  readonly rate: number;
  /** How late the next chunk is, in times that a chunk takes. */
  readonly late: () => number;
}

/**
 * What has arrived of a steady stream of chunks, each of which is late for itself.
 *
 * @param begin - milliseconds after the first look.
 */
function arrivals(
  { rate, late }: Stream,
  { step = CHUNK_BYTES, begin = 0 } = {},
): (at: number) => number {
  let newest = { chunk: 0, late: 0 };
  return (at) => {
    const due = Math.max(0, ((at - begin) * rate) / 1000 / step);
    const chunk = Math.floor(due);
    if (chunk !== newest.chunk) newest = { chunk, late: late() };
    const isHere = due - chunk >= newest.late;
    return Math.max(0, isHere ? chunk : chunk - 1) * step;
  };
}

/** Bytes a second, as many small ones as large ones. */
const rates = (least: number, most: number) =>
  fc.double({ min: Math.log(least), max: Math.log(most), noNaN: true }).map(Math.exp);

/** Chunks that are late by up to the time of one. */
const jittered = (rate: fc.Arbitrary<number>): fc.Arbitrary<Stream> =>
  fc
    .record({ rate, lates: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })) })
    .map(({ rate: bytes, lates }) => ({ rate: bytes, late: () => lates.next().value }));

const even = (rate: number): Stream => ({ rate, late: () => 0 });

/** Steps of time and progress between any samples. */
const steps = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 8_000 }),
    bytes: fc.oneof(fc.nat(2), fc.nat(50_000_000)),
  }),
  { minLength: 1, maxLength: 60 },
);

function samplesOf(
  taken: readonly { readonly after: number; readonly bytes: number }[],
): readonly Sample[] {
  let [at, bytes] = [0, 0];
  return taken.map((step) => {
    at += step.after;
    bytes += step.bytes;
    return { at, bytes };
  });
}

/** The looks from one on whose speed is not within 20 % of the truth. */
function wrongLooks(all: readonly Rate[], truth: number, from = 0): readonly Rate[] {
  return all
    .slice(Math.max(0, from))
    .filter(({ speed = 0 }) => speed / truth <= 0.8 || speed / truth >= 1.2);
}

describe('any samples', () => {
  test('only those that brought something are kept, and none is older than the long window', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        for (const { arrivals: kept, last } of ratesOf(samplesOf(taken))) {
          expect(kept.every(({ at }) => at >= last.at - LONG_WINDOW)).toBe(true);
          const bytes = kept.map((sample) => sample.bytes);
          expect(bytes).toEqual([...new Set(bytes)].toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('a speed is never shown as 0, and none at all until something has come', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const samples = samplesOf(taken);
        const all = ratesOf(samples);
        const shown = all.flatMap(({ speed }) => (speed === undefined ? [] : [speed]));
        expect(shown.filter((speed) => /^0\s/.test(formatRate(speed, 'en')))).toEqual([]);
        const before = all.filter(({ last }) => last.bytes === samples[0]!.bytes);
        expect(before.every(({ speed }) => speed === undefined)).toBe(true);
      }),
    );
  });

  test('two arrivals give no speed, since either may be a whole step late', () => {
    const speeds = ratesOf(looksAt(16, (at) => Math.floor(at / 1_000))).map(({ speed }) => speed);
    expect(speeds.slice(0, 12).every((speed) => speed === undefined)).toBe(true);
    expect(speeds[12]).toBe(1);
  });

  test('if the bytes go back, everything starts over', () => {
    const before = ratesOf(looksAt(10, (at) => at * 1000)).at(-1);
    expect(before!.speed).toBeDefined();
    const sample = { at: 3_000, bytes: 100 };
    expect(recordSample(before, sample)).toEqual({ last: sample, arrivals: [], speed: undefined });
  });
});

describe('a steady stream', () => {
  test('has the right speed, and the right time left', () => {
    const { speed } = ratesOf(looksAt(20, (at) => at * 2_000)).at(-1)!;
    expect(speed).toBe(2_000_000);
    expect(secondsLeft(10_000_000, 30_000_000, speed)).toBe(10);
  });

  test('at 1 Mbit/s has a speed within the first second, wherever its chunks begin', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 118, noNaN: true }), (begin) => {
        const second = looksAt(5, arrivals(even(MEGABIT), { begin }));
        expect(second.at(-1)!.at).toBe(1_000);
        expect(wrongLooks(ratesOf(second), MEGABIT, 4)).toEqual([]);
      }),
    );
  });

  test('from 16 KiB/s on, with chunks that are late, is shown within 20 % after 16 chunks and 10 looks', () => {
    fc.assert(
      fc.property(jittered(rates(16_384, 1e9)), fc.integer({ min: 0, max: 80 }), (stream, more) => {
        const least = Math.max(10, Math.ceil((16 * CHUNK_BYTES * 1000) / stream.rate / LOOK));
        const all = ratesOf(looksAt(least + more, arrivals(stream)));
        expect(wrongLooks(all, stream.rate, least - 1)).toEqual([]);
      }),
    );
  });

  test('from 1 Mbit/s on, reports in steps of 64 KiB give a sender a speed within 20 % after two seconds', () => {
    fc.assert(
      fc.property(rates(MEGABIT, 5e8), fc.nat(500), (rate, begin) => {
        const all = ratesOf(looksAt(80, arrivals(even(rate), { step: ARRIVED_STEP, begin })));
        expect(wrongLooks(all, rate, Math.ceil((begin + 2_000) / LOOK))).toEqual([]);
      }),
    );
  });

  test('does not flip: once averaged, what is shown changes twice in half a minute at most', () => {
    fc.assert(
      fc.property(jittered(rates(MEGABIT, 1e9)), (stream) => {
        const settled = ratesOf(looksAt(80 + 120, arrivals(stream))).slice(80);
        expect(new Set(settled.map(({ speed }) => speed)).size).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('a change', () => {
  test('of speed is followed within six seconds, by whatever factor', () => {
    const speed = rates(2 * MEGABIT, 1e9);
    fc.assert(
      fc.property(
        fc.tuple(jittered(speed), jittered(speed)),
        fc.integer({ min: 4, max: 100 }),
        ([before, after], change) => {
          const first = arrivals(before);
          const then = arrivals(after, { begin: change * LOOK });
          const all = ratesOf(
            looksAt(change + 24 + 40, (at) => first(Math.min(at, change * LOOK)) + then(at)),
          );
          expect(wrongLooks(all, after.rate, change + 24)).toEqual([]);
        },
      ),
    );
  });

  test('to nothing leaves no speed and no time left, once nothing has come for the short window', () => {
    fc.assert(
      fc.property(rates(MEGABIT, 1e9), (rate) => {
        const come = arrivals(even(rate));
        const all = ratesOf(looksAt(60, (at) => come(Math.min(at, 5_000))));
        const still = all.filter(({ last }) => last.at >= 5_000 + SHORT_WINDOW);
        expect(still.length).toBeGreaterThan(0);
        for (const { speed } of still) expect(speed).toBeUndefined();
        expect(secondsLeft(1, 2, all.at(-1)!.speed)).toBeUndefined();
      }),
    );
  });

  test('to one chunk in six seconds keeps a speed', () => {
    const come = arrivals(even(CHUNK_BYTES / 6));
    const all = ratesOf(looksAt(400, come)).slice(100);
    expect(wrongLooks(all, CHUNK_BYTES / 6)).toEqual([]);
  });
});

describe('the time left', () => {
  test('never goes up while the truth goes down, with a speed that is 8 % off either way', () => {
    const noise = fc.double({ min: 0.93, max: 1.08, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 20_000 }),
        fc.array(noise, { minLength: 20, maxLength: 200 }),
        (seconds, noises) => {
          let left: number | undefined;
          const shown: number[] = [];
          for (const [look, off] of noises.entries()) {
            left = secondsLeft(look, seconds, off, left);
            shown.push(left!);
          }
          expect(shown).toEqual(shown.toSorted((a, b) => b - a));
          const words = shown.map((one) => formatTimeLeft(one, 'en'));
          const runs = words.filter((word, index) => word !== words[index - 1]);
          expect(runs).toEqual([...new Set(runs)]);
        },
      ),
    );
  });

  test('is never far from what was measured', () => {
    const times = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1 });
    fc.assert(
      fc.property(times, (measured) => {
        let left: number | undefined;
        for (const seconds of measured) {
          left = secondsLeft(0, seconds, 1, left);
          expect(left! / seconds).toBeGreaterThan(0.83);
          expect(left! / seconds).toBeLessThan(1.12);
        }
      }),
    );
  });

  test('is unknown without a speed', () => {
    expect(secondsLeft(1, 2, undefined, 5)).toBeUndefined();
    expect(secondsLeft(1, 2, 0)).toBeUndefined();
  });
});
