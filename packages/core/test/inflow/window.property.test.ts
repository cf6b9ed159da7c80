import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CREDIT_WINDOW_BYTES,
  LANES_MAX,
  OPEN_PIECES_MAX,
  PIECE_BYTES,
} from '../../src/constants.ts';
import { initialContext } from '../../src/inflow/rules.ts';
import type { InflowContext } from '../../src/inflow/types.ts';
import { windowOf } from '../../src/inflow/window.ts';

const contexts = fc.record({
  windowStart: fc.integer({ min: 1, max: 2 * CREDIT_WINDOW_BYTES }),
  roundTrip: fc.double({ min: 0, max: 10_000, noNaN: true }),
});
const arrivals = fc.record({
  bytesPerSecond: fc.double({ min: 0, max: 1e10, noNaN: true }),
  lanes: fc.integer({ min: 0, max: LANES_MAX }),
});

function contextOf(known: Partial<InflowContext>): InflowContext {
  return { ...initialContext(undefined), ...known };
}

it('K9: is whole, between half and twice the first one, and takes a whole piece if that one did', () => {
  fc.assert(
    fc.property(contexts, arrivals, ({ windowStart, roundTrip }, path) => {
      const window = windowOf(contextOf({ windowStart, window: windowStart, roundTrip }), path);
      expect(Number.isSafeInteger(window)).toBe(true);
      expect(window).toBeGreaterThanOrEqual(windowStart / 2);
      expect(window).toBeGreaterThanOrEqual(Math.min(windowStart, PIECE_BYTES));
      expect(window).toBeLessThanOrEqual(2 * windowStart);
    }),
  );
});

it('K9: grows with the lanes only as far as they have pieces of their own', () => {
  const context = contextOf({ windowStart: CREDIT_WINDOW_BYTES, roundTrip: 50 });
  const windowFor = (lanes: number) => windowOf(context, { bytesPerSecond: 1e6, lanes });
  expect(windowFor(OPEN_PIECES_MAX)).toBe(windowFor(OPEN_PIECES_MAX - 1) + PIECE_BYTES);
  expect(windowFor(LANES_MAX)).toBe(windowFor(OPEN_PIECES_MAX));
});

it('K9: stays as it is while the round trip is not known', () => {
  fc.assert(
    fc.property(arrivals, (path) => {
      const window = 5 * PIECE_BYTES;
      expect(windowOf(contextOf({ windowStart: 16 * PIECE_BYTES, window }), path)).toBe(window);
    }),
  );
});

it('K9: a window that was too small grows until the path is full', () => {
  const roundTrip = 400;
  // The path's capacity: more than the first window allows in a round trip, and more than the smallest queues.
  const capacity = 30e6;
  const context = contextOf({ windowStart: CREDIT_WINDOW_BYTES, roundTrip });
  let window = CREDIT_WINDOW_BYTES;
  for (let second = 0; second < 5; second++) {
    const bytesPerSecond = Math.min(capacity, (window * 1000) / roundTrip);
    window = windowOf({ ...context, window }, { bytesPerSecond, lanes: 1 });
  }
  expect((window * 1000) / roundTrip).toBeGreaterThanOrEqual(capacity);
});
