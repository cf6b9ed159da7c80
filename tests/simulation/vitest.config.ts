import { defineProject, mergeConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';
import { simulated } from './vite.config.ts';

export default mergeConfig(
  shared,
  defineProject({
    ...simulated,
    test: { name: 'simulation', include: ['**/*.test.ts'], testTimeout: 600_000 },
  }),
);
