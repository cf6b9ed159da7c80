// Finds or installs a Chromium for the browser tests. Uses only Node's built-ins.

import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { root } from './root.mjs';
import { run } from './run.mjs';

/** Chromium without windows: it starts in less than half the time of the whole browser. */
const SHELL_NAMES = ['chromium-headless-shell', 'chrome-headless-shell'];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Playwright's command, once it is installed. */
export const playwright = join(root, 'tests', 'node_modules', '.bin', 'playwright');

/** A download that takes longer counts as failed. */
const DOWNLOAD_TIMEOUT_MS = 4 * 60_000;

/**
 * Whether a program exists and starts. A browser without its libraries exists but doesn't start.
 *
 * @param {string} path
 */
async function isRunning(path) {
  return existsSync(path) && (await run(path, ['--version'], { quiet: true })).code === 0;
}

/** @param {string} name */
function isExecutable(name) {
  try {
    accessSync(name, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The programs of these names that are installed on this machine, in order of preference.
 *
 * @param {readonly string[]} names
 */
function programs(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
}

const installed = () => [...programs(NAMES), ...USUAL_PLACES.filter(isExecutable)];

/** @param {string} name */
async function installPackage(name) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || (await run('apt-get', ['--version'], { quiet: true })).code !== 0) return;
  console.log(`Installing ${name} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { quiet: true, env });
  await run('apt-get', ['install', '-qq', '-y', name], { quiet: true, env });
}

/**
 * The path of Playwright's own Chromium, which may not be downloaded yet. Playwright is loaded here and not by an
 * import, since it may not be installed when this file is loaded.
 *
 * @returns {string}
 */
function playwrightsOwn() {
  const require = createRequire(import.meta.url);
  const folder = join(root, 'tests', 'node_modules', '@playwright', 'test');
  return require(folder).chromium.executablePath();
}

/** @param {readonly string[]} candidates */
async function firstRunning(candidates) {
  for (const path of candidates) if (await isRunning(path)) return path;
  return undefined;
}

/**
 * The path of a Chromium that starts.
 *
 * @returns {Promise<string>}
 */
export async function ensureBrowser() {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') {
    if (await isRunning(asked)) return asked;
    throw new Error(`CHROMIUM_PATH is ${asked}, and that is no browser that starts.`);
  }

  const found = await firstRunning([...installed(), playwrightsOwn()]);
  if (found !== undefined) return found;

  console.log('No Chromium on this machine: downloading the one of Playwright …');
  const download = await run(playwright, ['install', 'chromium'], {
    quiet: true,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' },
  });
  const downloaded = await firstRunning([playwrightsOwn()]);
  if (downloaded !== undefined) return downloaded;

  await installPackage('chromium');
  const packaged = await firstRunning(installed());
  if (packaged !== undefined) return packaged;

  const said = download.output.split('\n').filter((line) => line.trim() !== '');
  throw new Error(
    `${said
      .filter((line) => !line.startsWith('    at '))
      .slice(-3)
      .join('\n')}\n` +
      'The browser tests need a Chromium, and none could be found or installed.\n' +
      'Install Chromium or Google Chrome (on Debian and Ubuntu: apt-get install chromium),\n' +
      'or set CHROMIUM_PATH to the path of one.',
  );
}

/**
 * The path of a Chromium without windows, or of the whole browser where there is none.
 *
 * @returns {Promise<string>}
 */
export async function ensureHeadlessBrowser() {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') return ensureBrowser();
  if (programs(SHELL_NAMES).length === 0) await installPackage('chromium-headless-shell');
  return (await firstRunning(programs(SHELL_NAMES))) ?? ensureBrowser();
}
