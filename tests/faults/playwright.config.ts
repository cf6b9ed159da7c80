import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.fault.ts',
  outputDir: '../../test-results/faults',
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, and those share the machine's cores.
  workers: 1,
  timeout: 300_000,
  use: { trace: 'off' },
});
