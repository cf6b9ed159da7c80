// `npm test`: checks, unit tests, browser tests and real faults, on a machine with nothing but Node and npm.
// `npm test -- unit e2e` runs some of it. Each runner writes a report; the last line adds them up.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { ensureBrowser, playwright } from './lib/browser.mjs';
import { machinesOfCore } from './lib/core.mjs';
import { readCoverage } from './lib/coverage.mjs';
import { endWithParent } from './lib/parent.mjs';
import { outcomeOf, readChecks, readPlaywright, readVitest } from './lib/reports.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/workspace.mjs';

/** A runner that hangs must leave the others time to report, within the hour and a half that CI gives. */
const STEP_TIMEOUT_MS = 25 * 60_000;

const reports = join(root, 'reports');
const report = (/** @type {string} */ step) => join(reports, `${step}.json`);
const machineReports = join(reports, 'machines');
const timeoutMs = STEP_TIMEOUT_MS;

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {import('./lib/reports.mjs').Reader} read
 * @property {() => Promise<{ code: number }>} start
 * @property {() => Promise<readonly string[]>} [review] shows what its report doesn't tell, after a run
 *   that came to its end, and returns what is wrong with it
 */

/** A state that no test reaches is a failure, also where no test says so. */
async function reviewMachines() {
  try {
    const { table, failed } = readCoverage(await machinesOfCore(), machineReports);
    console.log(`\n${table}`);
    return failed;
  } catch (error) {
    console.error(messageOf(error));
    return ["what the tests reached of core's machines can't be told"];
  }
}

/** @type {readonly Step[]} */
const steps = [
  {
    name: 'check',
    read: readChecks,
    start: () => run(process.execPath, [join(root, 'scripts', 'check.mjs')], { timeoutMs }),
  },
  {
    name: 'unit',
    read: readVitest,
    start: () =>
      run(
        'vitest',
        ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report('unit')}`],
        { timeoutMs, env: { MACHINE_REPORTS: machineReports } },
      ),
    review: reviewMachines,
  },
  {
    name: 'e2e',
    read: readPlaywright,
    start: async () => {
      await ensureBuilt();
      const browser = await ensureBrowser();
      return run(playwright, ['test', '--reporter=line,json'], {
        cwd: join(root, 'tests'),
        timeoutMs,
        env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report('e2e') },
      });
    },
  },
  {
    name: 'faults',
    read: readPlaywright,
    start: async () => {
      await ensureBuilt();
      const browser = await ensureBrowser();
      await ensureSystemPackages();
      const config = join('faults', 'playwright.config.ts');
      return run(playwright, ['test', '-c', config, '--reporter=line,json'], {
        cwd: join(root, 'tests'),
        timeoutMs,
        env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report('faults') },
      });
    },
  },
];

const isCi = ['1', 'true'].includes(process.env['CI'] ?? '');

requireNode();
// Only npm puts a shell in between; who starts this file with nohup wants it to stay.
if (process.env['npm_lifecycle_event'] !== undefined) endWithParent();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No part ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

/** Of an earlier run: it must not be taken for one of this run. */
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

let passed = 0;
/** @type {string[]} */ const failed = [];
/** @type {string[]} */ const skipped = [];
/** @type {string[]} */ const summary = [];

try {
  await ensureInstalled();
  for (const { name, start, read, review } of steps) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n── ${name}`);
    const began = performance.now();
    const { code } = await start().catch((error) => {
      console.error(messageOf(error));
      return { code: 1 };
    });
    const outcome = outcomeOf(name, report(name), read, code);
    const found = existsSync(report(name)) ? ((await review?.()) ?? []) : [];
    const wrong = [...outcome.failed, ...found];
    passed += outcome.passed;
    failed.push(...wrong.map((title) => `${name}: ${title}`));
    skipped.push(...outcome.skipped.map((title) => `${name}: ${title}`));
    summary.push(
      `${name.padEnd(6)} ${String(outcome.passed).padStart(5)} passed ` +
        `${String(wrong.length).padStart(4)} failed ` +
        `${String(outcome.skipped.length).padStart(4)} skipped ` +
        `${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s`,
    );
  }
} catch (error) {
  console.error(messageOf(error));
  failed.push('install');
}

console.log(`\n${summary.join('\n')}`);
for (const title of failed) console.log(`failed   ${title}`);
for (const title of skipped) console.log(`skipped  ${title}`);

// A test that doesn't run proves nothing. Where nobody reads the list, that has to be a failure.
const failures = failed.length + (isCi ? skipped.length : 0);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failures} failed`);
