import { defineProject, mergeConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

// The checks are programs that take seconds each.
export default mergeConfig(
  shared,
  defineProject({
    test: { name: 'checks', include: ['*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
  }),
);
