import { defineConfig } from '@playwright/test';
import { PATIENCE } from '../patience.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  outputDir: '../../test-results/bench',
  retries: 0,
  forbidOnly: true,
  // Benchmarks that share the machine would disturb each other.
  workers: 1,
  timeout: 60 * 60_000,
  expect: { timeout: PATIENCE },
  use: { trace: 'off', actionTimeout: PATIENCE, navigationTimeout: PATIENCE },
});
