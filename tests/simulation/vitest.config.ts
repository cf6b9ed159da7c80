import { defineProject, mergeConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';
import { simulated } from './vite.config.ts';

export default mergeConfig(
  shared,
  defineProject({
    ...simulated,
    // Planted bugs replace modules.
    test: {
      name: 'simulation',
      include: ['**/*.test.ts'],
      isolate: true,
      testTimeout: 600_000,
    },
  }),
);
