import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.fault.ts',
  outputDir: '../../test-results/faults',
  retries: 0,
  forbidOnly: true,
  fullyParallel: true,
  // Faults are mostly waited for, and each test has a lab of its own.
  workers: 2,
  timeout: 300_000,
  use: { trace: 'off' },
});
