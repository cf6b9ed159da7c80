import type { ViteUserConfig } from 'vitest/config';

/** Packages of this workspace are read from their source, in tests as in type checks. */
const conditions = ['burritoshare-source'];

/** What every package's tests have in common; a package adds its own on top. */
export const shared: ViteUserConfig = {
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Files of a process share the modules that they test: importing them anew for each file took as long as a third
    // of the tests. Nothing here keeps a state in a module.
    isolate: false,
    // Thousands of runs of a property on a busy machine; a test that hangs is still ended. No project and no test
    // has less (tests/checks/timeouts.test.ts): what is slow there is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};
