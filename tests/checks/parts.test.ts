import { expect, test } from 'vitest';

import { partsIn } from '../../scripts/lib/parts.mjs';

const NAMES = ['check', 'unit', 'e2e', 'faults'];

test.each([
  [[], [], []],
  [['unit', 'e2e'], ['unit', 'e2e'], []],
  [['e2e', 'storage-kept', '-g', 'forgotten'], ['e2e'], ['storage-kept', '-g', 'forgotten']],
  [['check', 'lint', 'types'], ['check'], ['lint', 'types']],
  // A part's name behind an option belongs to the option.
  [['e2e', '-g', 'unit'], ['e2e'], ['-g', 'unit']],
])('npm test -- %j', (args, wanted, only) => {
  expect(partsIn(args, NAMES)).toEqual({ wanted, only });
});

test.each([
  [['units'], 'No part units. There are: check, unit, e2e, faults.'],
  [['-g', 'forgotten'], 'No part -g. There are: check, unit, e2e, faults.'],
  [['unit', 'e2e', '-g', 'a'], '-g a can be meant for one part only, not for unit, e2e.'],
])('npm test -- %j is refused', (args, problem) => {
  expect(partsIn(args, NAMES).problem).toBe(problem);
});
