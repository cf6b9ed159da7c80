import { defineConfig } from '@playwright/test';
import { PATIENCE } from '../patience.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.fault.ts',
  outputDir: '../../test-results/faults',
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, which mostly wait for time-outs.
  workers: 2,
  timeout: 300_000,
  expect: { timeout: PATIENCE },
  use: { trace: 'off', actionTimeout: PATIENCE, navigationTimeout: PATIENCE },
});
