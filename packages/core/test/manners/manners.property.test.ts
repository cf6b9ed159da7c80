import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUFFER_HIGH_BYTES,
  IN_FLIGHT_MIN,
  LANES_MAX,
  MANNERS_PATIENCE_MIN,
  MANNERS_START,
} from '../../src/constants.ts';
import {
  changePath,
  initialManners,
  observe,
  observeArrival,
  shareOf,
  type Manners,
  type RoundTripSample,
} from '../../src/manners/index.ts';
import { marginOf } from '../../src/manners/rules.ts';
import { Road } from './road.ts';

const absurd = fc.constantFrom(NaN, -1, 0, Infinity, -Infinity, 1e300, Number.MIN_VALUE);
const samples: fc.Arbitrary<RoundTripSample> = fc.record({
  at: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 200_000 }) }, absurd),
  roundTrip: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 3_000 }) }, absurd),
  inFlight: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 5_000_000 }) }, absurd),
});
const histories = fc
  .array(fc.oneof({ weight: 20, arbitrary: samples }, fc.constant('another path' as const)))
  .map((facts) => facts.reduce(take, initialManners));

function take(manners: Manners, fact: RoundTripSample | 'another path'): Manners {
  return fact === 'another path' ? changePath(manners) : observe(manners, fact);
}

describe('whatever is measured', () => {
  it('leaves a delivery one lane and what that needs, at least', () => {
    fc.assert(
      fc.property(histories, (manners) => {
        const { inFlight = Infinity, lanes } = shareOf(manners);
        expect(inFlight).toBeGreaterThanOrEqual(IN_FLIGHT_MIN);
        expect(lanes).toBeGreaterThanOrEqual(1);
        expect(lanes).toBeLessThanOrEqual(LANES_MAX);
      }),
    );
  });

  it('takes a round trip that can’t be true for none', () => {
    fc.assert(
      fc.property(histories, absurd, (manners, roundTrip) => {
        fc.pre(roundTrip !== Number.MIN_VALUE);
        expect(observe(manners, { at: 300_000, roundTrip, inFlight: 1 })).toBe(manners);
      }),
    );
  });

  it('never takes more after a round trip that is too long, but goes back to what it had', () => {
    fc.assert(
      fc.property(histories, samples, (manners, sample) => {
        const { base, limit = Infinity, stage } = manners;
        fc.pre(base !== undefined && sample.roundTrip > base + marginOf(base));
        const { limit: next = Infinity } = observe(manners, sample);
        const most = stage.name === 'giving' ? (stage.before ?? Infinity) : limit;
        expect(next).toBeLessThanOrEqual(Math.max(limit, most));
      }),
    );
  });

  it('takes less after no arrival, and no arrival for a shorter round trip than a check had', () => {
    fc.assert(
      fc.property(histories, samples, (manners, { at, roundTrip: longest, inFlight: rate }) => {
        const next = observeArrival(manners, { at, longest, rate });
        expect(next.limit ?? Infinity).toBeGreaterThanOrEqual(manners.limit ?? Infinity);
        expect(next.base).toBe(manners.base);
      }),
    );
  });

  it('believes no arrival that is sooner than any check', () => {
    fc.assert(
      fc.property(
        histories,
        samples,
        fc.double({ max: 0.99, noNaN: true }),
        (manners, sample, part) => {
          fc.pre(manners.base !== undefined && part * manners.base < manners.base);
          const soon = part * manners.base;
          const { at, inFlight: rate } = sample;
          expect(observeArrival(manners, { at, longest: soon, rate })).toBe(manners);
          expect(observe(manners, { ...sample, shortest: soon })).toEqual(observe(manners, sample));
        },
      ),
    );
  });

  it('lets the base only fall on one path, and forgets it with the path', () => {
    fc.assert(
      fc.property(histories, samples, (manners, sample) => {
        const { base = Infinity } = observe(manners, sample);
        expect(base).toBeLessThanOrEqual(manners.base ?? Infinity);
        expect(changePath(manners).base).toBeUndefined();
        expect(changePath(manners).limit).toBe(manners.limit);
      }),
    );
  });
});

describe('on a road', () => {
  it('limits nothing while no round trip is known', () => {
    expect(shareOf(initialManners)).toEqual({ inFlight: undefined, lanes: LANES_MAX });
  });

  it('limits nothing in the end where the path takes all that there may be', () => {
    const road = new Road({ base: 50, rate: Infinity });
    road.pass(10_000);
    expect(road.share).toEqual({ inFlight: undefined, lanes: LANES_MAX });
  });

  it('never makes a round trip much longer than is too much, and fills the link', () => {
    const rates = fc.integer({ min: 2_000_000, max: 100_000_000 });
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 100 }), rates, (base, rate) => {
        const road = new Road({ base, rate });
        road.pass(60_000);
        // What one lane needs may be too much for a slow link.
        const least = (IN_FLIGHT_MIN * 1000) / rate;
        const late = Math.max(base + marginOf(base), least);
        expect(road.roundTrip).toBeLessThanOrEqual(1.2 * late);
        const filled = Math.min(BUFFER_HIGH_BYTES, (base * rate) / 1000);
        expect(road.inFlight).toBeGreaterThanOrEqual(0.8 * filled);
      }),
      { numRuns: 30 },
    );
  });

  it('restores most of it if the round trip doesn’t follow, and leaves it alone for a time', () => {
    const road = new Road({ base: 50, rate: Infinity });
    road.pass(10_000);
    road.extra = 300;
    road.pass(2_000);
    const given = road.share.inFlight ?? Infinity;
    expect(given).toBeLessThan(0.6 * BUFFER_HIGH_BYTES);
    road.pass(5_000);
    const restored = road.share.inFlight ?? Infinity;
    expect(restored).toBeGreaterThan(given);
    const from = road.at;
    while (road.share.inFlight === restored) road.pass(500);
    expect(road.at - from).toBeGreaterThan(MANNERS_PATIENCE_MIN - 10_000);
  });

  it('takes back a start that brought nothing at the first long round trip', () => {
    const road = new Road({ base: 40, rate: 4_500_000 });
    let most = 0;
    let crowded = 0;
    while (road.at < 5_000) {
      road.pass(100);
      most = Math.max(most, road.share.inFlight ?? Infinity);
      if (road.roundTrip > 40 + marginOf(40)) crowded += 100;
    }
    expect(most).toBe(2 * MANNERS_START);
    expect(crowded).toBeLessThan(600);
  });

  it('gives way to no busy processor: bytes arrive sooner than checks are answered', () => {
    const road = new Road({ base: 50, rate: Infinity });
    road.pass(100);
    road.late = 200;
    road.pass(10_000);
    expect(road.share).toEqual({ inFlight: undefined, lanes: LANES_MAX });
  });

  it('gives way only where its bytes are on the path: with loss they wait at this end', () => {
    const limitAt = (rate: number): number | undefined => {
      let manners = observe(initialManners, { at: 0, roundTrip: 50, inFlight: 0 });
      for (let at = 1_000; at <= 10_000; at += 1_000)
        manners = observe(manners, { at, roundTrip: 250, inFlight: MANNERS_START, rate });
      return shareOf(manners).inFlight;
    };
    expect(limitAt(200_000)).toBe(limitAt(0));
    expect(limitAt(800_000)).toBeLessThan(limitAt(0) ?? 0);
  });

  it('grows with no single short round trip while it ignores long ones', () => {
    const road = new Road({ base: 50, rate: Infinity });
    road.pass(10_000);
    road.extra = 300;
    road.pass(7_000);
    const restored = road.share.inFlight;
    expect(restored).toBeDefined();
    road.extra = 0;
    road.pass(3_000);
    expect(road.share.inFlight).toBe(restored);
  });

  it('gives way to a queue that it makes, and comes back when the link is wider', () => {
    const road = new Road({ base: 40, rate: 20_000_000 });
    road.pass(20_000);
    road.rate = 2_500_000;
    road.pass(20_000);
    expect(road.roundTrip).toBeLessThanOrEqual(90);
    road.rate = 20_000_000;
    road.pass(60_000);
    expect(road.inFlight).toBeGreaterThanOrEqual(0.8 * 20_000 * 40);
  });

  it('starts with what two lanes need, and not with what the browser takes', () => {
    const road = new Road({ base: 40, rate: 2_500_000 });
    road.pass(100);
    expect(road.share.inFlight).toBe(MANNERS_START);
    const far = new Road({ base: 100, rate: 2_500_000 });
    far.pass(100);
    expect(far.share.inFlight, 'what such a link carries in the longest round trip').toBe(362_500);
  });
});
