import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['{packages,tests}/*/vitest.config.ts'],
    // Machines with two cores run the browsers' tests next; more workers only make property tests
    // slower than their own time limits.
    maxWorkers: 2,
  },
});
