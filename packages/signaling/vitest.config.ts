import { defineProject, mergeConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  // Real servers, sockets and processes: on a busy machine they take their time, and no test asserts it.
  defineProject({ test: { name: 'signaling', testTimeout: 60_000, hookTimeout: 30_000 } }),
);
