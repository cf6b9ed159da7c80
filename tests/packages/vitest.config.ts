import { fileURLToPath } from 'node:url';
import { defineProject, mergeConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: 'packages',
      include: ['*.test.ts'],
      globalSetup: fileURLToPath(new URL('install.ts', import.meta.url)),
    },
  }),
);
