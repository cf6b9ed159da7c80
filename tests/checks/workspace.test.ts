import { expect, test } from 'vitest';

import { isVersionIn } from '../../scripts/lib/workspace.mjs';

const RANGE = '^20.19.0 || >=22.12.0';

test.each(['20.19.0', '20.20.2', '22.12.0', '22.13.0', '24.0.0', '30.1.2'])(
  'takes Node %s',
  (version) => expect(isVersionIn(version, RANGE)).toBe(true),
);

test.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0', '9.9.9'])('refuses Node %s', (version) =>
  expect(isVersionIn(version, RANGE)).toBe(false),
);
