import { defineConfig } from '@playwright/test';

/** Where the tests' own server listens; not the default of `npm start`, which may be running. */
const PORT = 18_080;

const executablePath = process.env['CHROMIUM_PATH'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: '../test-results',
  // A test that passes on the second attempt has failed.
  retries: 0,
  forbidOnly: true,
  // Each test drives two browsers, and those share the machine's cores.
  workers: 1,
  timeout: 120_000,
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium's own sandbox doesn't start for root, as in most containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: 'node ../packages/signaling/dist/main.js',
    url: `http://127.0.0.1:${PORT}/`,
    env: { HOST: '127.0.0.1', PORT: String(PORT) },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
});
