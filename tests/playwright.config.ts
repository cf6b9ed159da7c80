import { defineConfig } from '@playwright/test';
import { PATIENCE } from './patience.ts';
import { CHROMIUM_FLAGS } from './e2e/support/browser.ts';

/** The port of the tests' own server. It differs from the default of `npm start`, which may be running. */
const PORT = Number(process.env['E2E_PORT'] ?? 18_080);

/** Milliseconds in which the server must end after SIGTERM. */
const DRAIN = 10_000;

const executablePath = process.env['CHROMIUM_PATH'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: '../test-results',
  // A test that passes only on the second attempt counts as failed.
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, which wait for each other now and then: three tests keep two cores busy.
  // They are shared out one by one, so that no long file is left for the end.
  workers: 3,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: PATIENCE },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    // Recording takes a third of the machine. A failed test prints what its pages showed anyway.
    trace: 'off',
    actionTimeout: PATIENCE,
    navigationTimeout: PATIENCE,
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [...CHROMIUM_FLAGS],
    },
  },
  webServer: {
    command: 'node ../packages/signaling/dist/main.js',
    url: `http://127.0.0.1:${PORT}/`,
    env: { HOST: '127.0.0.1', PORT: String(PORT) },
    gracefulShutdown: { signal: 'SIGTERM', timeout: DRAIN },
  },
});
