import { defineConfig } from '@playwright/test';
import { PATIENCE } from './patience.ts';
import { CHROMIUM_FLAGS } from './e2e/support/browser.ts';

/** Where the tests' own server listens; not the default of `npm start`, which may be running. */
const PORT = Number(process.env['E2E_PORT'] ?? 18_080);

/** Milliseconds in which the server ends when it is asked to. */
const DRAIN = 10_000;

const executablePath = process.env['CHROMIUM_PATH'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: '../test-results',
  // A test that passes on the second attempt has failed.
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, which share the machine's cores but wait for each other most of the time.
  workers: 3,
  timeout: 120_000,
  expect: { timeout: PATIENCE },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    // Recording costs a third of the machine; a test that fails prints what its pages showed.
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
