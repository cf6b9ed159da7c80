import { defineConfig } from '@playwright/test';
import { PATIENCE } from '../patience.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.fault.ts',
  outputDir: '../../test-results/faults',
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, which wait for time-outs most of the time.
  workers: 2,
  timeout: 300_000,
  expect: { timeout: PATIENCE },
  use: { trace: 'off', actionTimeout: PATIENCE, navigationTimeout: PATIENCE },
});
