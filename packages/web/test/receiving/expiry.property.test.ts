import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  goesAt,
  HANDED_OVER_LIFETIME,
  isExpired,
  UNFINISHED_LIFETIME,
  type CopyAge,
} from '../../src/receiving/opfs/expiry.ts';

const DAY = 24 * 60 * 60 * 1000;

const time = fc.nat(4_000_000_000_000);
const age: fc.Arbitrary<CopyAge> = fc.record({
  handedOver: fc.option(time, { nil: undefined }),
  progressed: time,
});

test('a copy stays a day after it was handed over, and a week otherwise', () => {
  expect(HANDED_OVER_LIFETIME).toBe(DAY);
  expect(UNFINISHED_LIFETIME).toBe(7 * DAY);
  fc.assert(
    fc.property(age, fc.nat(20 * DAY), (copy, later) => {
      const { handedOver, progressed } = copy;
      const [since, lifetime] =
        handedOver === undefined ? [progressed, 7 * DAY] : [handedOver, DAY];
      expect(isExpired(copy, since + later)).toBe(later >= lifetime);
      expect(goesAt(copy)).toBe(since + lifetime);
    }),
  );
});

test('no copy stays for ever: even with a wrong clock, it ends within two lifetimes', () => {
  fc.assert(
    fc.property(age, time, (copy, now) => {
      const lifetime = copy.handedOver === undefined ? UNFINISHED_LIFETIME : HANDED_OVER_LIFETIME;
      expect(isExpired(copy, now) || isExpired(copy, now + 2 * lifetime)).toBe(true);
    }),
  );
});

test('a copy that has expired stays expired', () => {
  fc.assert(
    fc.property(age, fc.nat(30 * DAY), fc.nat(30 * DAY), (copy, first, second) => {
      const now = (copy.handedOver ?? copy.progressed) + first;
      const [before, after] = [isExpired(copy, now), isExpired(copy, now + second)];
      expect(after || !before).toBe(true);
    }),
  );
});
