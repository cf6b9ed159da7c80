import { LANES_MAX, MANNERS_START, type Share } from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createPartyClock } from '../../src/testing/index.ts';
import { createAllotment } from '../../src/sender/allotment.ts';
import { createMannersHost } from '../../src/sender/manners-host.ts';
import type { Use } from '../../src/sender/use.ts';
import type { PathChecks } from '../../src/webrtc/round-trip.ts';

const NONE: Share = { inFlight: undefined, lanes: LANES_MAX };
const FIRST: Share = { inFlight: MANNERS_START, lanes: 2 };

/** A sender’s end with one lane whose checks are given here. */
function createEnd() {
  const clock = createPartyClock(createVirtualClock());
  const shares: Share[] = [];
  const end = {
    clock,
    shares,
    checks: undefined as PathChecks | undefined,
    answers: 'soon' as 'soon' | 'never',
    use: 'polite' as Use,
    questions: 0,
    /** The longest time until an arrival was reported, and since when it was measured. */
    arrival: undefined as number | undefined,
    since: 0,
    allotment: createAllotment((): Use => end.use),
    /** One more check came back, after so many milliseconds. */
    measure(milliseconds: number, pair = 'pair') {
      const before = end.checks?.pair === pair ? end.checks : { answers: 0, total: 0 };
      end.checks = {
        pair,
        latest: milliseconds,
        answers: (before.answers ?? 0) + 1,
        total: (before.total ?? 0) + milliseconds,
      };
    },
    async pass(milliseconds: number) {
      for (let passed = 0; passed < milliseconds; passed += 100) {
        clock.advance(100);
        // Answers are promises, which no clock settles.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  const host = createMannersHost({
    runtime: { now: () => clock.now(), clock },
    use: end.allotment,
    checks: () => {
      end.questions += 1;
      const answer =
        end.answers === 'soon' ? Promise.resolve(end.checks) : new Promise<never>(() => {});
      return [[0, answer]];
    },
    flight: () => ({
      since: end.since,
      inFlight: MANNERS_START,
      rate: 25 * MANNERS_START,
      roundTrips: end.arrival === undefined ? undefined : { shortest: 40, longest: end.arrival },
    }),
    tell: (share) => shares.push(share),
  });
  return { end, host, shares };
}

const STARTED = { type: 'outflow.started', credit: 1 } as const;

test('W6: a browser that tells of no round trip limits nothing', async () => {
  const { end, host, shares } = createEnd();
  host.hear(STARTED);
  await end.pass(10_000);
  expect(end.questions).toBeGreaterThan(5);
  expect(shares).toEqual([]);
});

test('W6: a check counts once, and a connection that never answers stops nothing', async () => {
  const { end, host, shares } = createEnd();
  end.measure(40);
  host.hear(STARTED);
  await end.pass(1_000);
  expect(shares).toEqual([FIRST]);
  end.answers = 'never';
  await end.pass(3_000);
  end.answers = 'soon';
  await end.pass(1_000);
  expect(shares, 'the same check, seen again').toEqual([FIRST]);
  end.measure(40);
  await end.pass(1_000);
  expect(shares.at(-1)).toEqual({ inFlight: 2 * MANNERS_START, lanes: 5 });
  for (const _ of [1, 2, 3]) {
    end.measure(400);
    await end.pass(1_000);
  }
  expect(shares.at(-1)?.inFlight).toBeLessThan(MANNERS_START);
});

test('W6: bytes that arrive soon show a calm path before a check does, and late ones show nothing', async () => {
  const { end, host, shares } = createEnd();
  end.measure(40);
  end.arrival = 1_000;
  host.hear(STARTED);
  await end.pass(3_000);
  expect(shares).toEqual([FIRST]);
  end.arrival = 50;
  end.since = 3_000;
  await end.pass(1_000);
  expect(shares).toEqual([FIRST, { inFlight: 2 * MANNERS_START, lanes: 5 }]);
});

test('W6: whoever uses all is not limited, from then on', async () => {
  const { end, host, shares } = createEnd();
  end.measure(40);
  host.hear(STARTED);
  await end.pass(1_000);
  end.use = 'all';
  end.allotment.divide();
  expect(shares).toEqual([FIRST, NONE]);
  end.use = 'polite';
  end.allotment.divide();
  expect(shares).toEqual([FIRST, NONE, FIRST]);
});

test('W6: asks nobody in a pause, and after the end', async () => {
  const { end, host } = createEnd();
  host.hear(STARTED);
  host.hear({ type: 'outflow.paused' });
  await end.pass(5_000);
  expect(end.questions).toBe(1);
  host.hear({ type: 'outflow.resumed' });
  await end.pass(5_000);
  expect(end.questions).toBeGreaterThan(5);
  host.hear({ type: 'outflow.stopped' });
  const asked = end.questions;
  await end.pass(5_000);
  expect(end.questions).toBe(asked);
});

test('W6: another path has another base', async () => {
  const { end, host, shares } = createEnd();
  end.measure(10);
  host.hear(STARTED);
  await end.pass(1_000);
  end.measure(300, 'other');
  await end.pass(1_000);
  end.measure(310, 'other');
  await end.pass(1_000);
  expect(shares).toEqual([FIRST]);
});
