import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  outputDir: '../../test-results/bench',
  retries: 0,
  forbidOnly: true,
  // A figure that shares the machine with another is none.
  workers: 1,
  timeout: 60 * 60_000,
  use: { trace: 'off' },
});
