import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.fault.ts',
  outputDir: '../../test-results/faults',
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, which wait for time-outs most of the time.
  workers: 2,
  timeout: 300_000,
  use: { trace: 'off' },
});
