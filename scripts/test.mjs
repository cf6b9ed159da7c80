// `npm test` runs checks, unit tests, browser tests and real faults, on a machine with only Node and npm.
// `npm test -- unit e2e` runs some parts. `npm test -- e2e storage-kept -g forgotten` runs some tests of one part: the
// arguments after its name go to its runner. `npm test -- quick`, for use while coding, runs the checks, the unit tests
// with a twentieth of the simulation's seeds, and a dozen browser tests. Each runner writes a report; the last line
// adds them up.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { ensureBrowser, ensureHeadlessBrowser, playwright } from './lib/browser.mjs';
import { machinesOfCore } from './lib/core.mjs';
import { readCoverage } from './lib/coverage.mjs';
import { endWithParent } from './lib/parent.mjs';
import { partsIn } from './lib/parts.mjs';
import { outcomeOf, readChecks, readPlaywright, readVitest } from './lib/reports.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { neverInSeeds } from './lib/seeds.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/workspace.mjs';

/** A runner that hangs must leave the others time to report, within CI's hour and a half. */
const STEP_TIMEOUT_MS = 40 * 60_000;

const reports = join(root, 'reports');
const report = (/** @type {string} */ step) => join(reports, `${step}.json`);
const machineReports = join(reports, 'machines');
const simulationReports = join(reports, 'simulation');
const timeoutMs = STEP_TIMEOUT_MS;

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * @typedef {import('./lib/run.mjs').RunResult} RunResult
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {import('./lib/reports.mjs').Reader} read
 * @property {(only: readonly string[], options: { readonly quiet: boolean }) => Promise<Partial<RunResult>>} start runs
 * the step with these arguments for its runner
 * @property {readonly string[]} [quick] arguments that make its runner run only quick tests; a step without them is
 * slow
 * @property {string} [beside] the step beside which it runs, since neither keeps both cores busy to its end
 * @property {() => Promise<readonly string[]>} [review] after a complete run, shows results that its report doesn't
 * have, and returns failures
 */

/** A state that no test reaches is a failure, even if all tests pass. */
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

/** The number of the simulation's seeds in a quick run. */
const QUICK_SEEDS = '100';

const args = process.argv.slice(2);
const isQuick = args[0] === 'quick';

/** @type {readonly Step[]} */
const steps = [
  {
    name: 'check',
    read: readChecks,
    quick: [],
    // Who waits for a quick run knows where to look; in a whole run, a failed check says so before anything else.
    ...(isQuick ? { beside: 'unit' } : {}),
    start: (only) =>
      run(process.execPath, [join(root, 'scripts', 'check.mjs'), ...only], { timeoutMs }),
  },
  {
    name: 'unit',
    read: readVitest,
    // Leaves out the planted bugs that tests have to find, the tests of the checks themselves, and the packages that
    // are installed from the registry.
    quick: ['--exclude=**/planted.test.ts', '--exclude=**/checks.test.ts', '--project=!packages'],
    start: (only) =>
      run(
        'vitest',
        [
          'run',
          '--reporter=dot',
          '--reporter=json',
          `--outputFile.json=${report('unit')}`,
          ...only,
        ],
        {
          timeoutMs,
          env: {
            MACHINE_REPORTS: machineReports,
            SIMULATION_REPORTS: simulationReports,
            ...(isQuick ? { SIMULATION_SEEDS: QUICK_SEEDS } : {}),
          },
        },
      ),
    // A few seeds can't reach everything, so a quick run doesn't review them.
    review: async () => [
      ...(await reviewMachines()),
      ...(isQuick ? [] : neverInSeeds(simulationReports)),
    ],
  },
  {
    name: 'e2e',
    read: readPlaywright,
    quick: ['--grep=@quick'],
    start: async (only) => {
      await ensureBuilt();
      const browser = await ensureHeadlessBrowser();
      return run(playwright, ['test', '--reporter=line,json', ...only], {
        cwd: join(root, 'tests'),
        timeoutMs,
        env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report('e2e') },
      });
    },
  },
  {
    name: 'faults',
    read: readPlaywright,
    beside: 'unit',
    start: async (only, { quiet }) => {
      await ensureBuilt();
      // The headless one knows no flag that makes an address of the lab secure, and people use the whole browser.
      const browser = await ensureBrowser();
      await ensureSystemPackages();
      const config = join('faults', 'playwright.config.ts');
      return run(playwright, ['test', '-c', config, '--reporter=line,json', ...only], {
        cwd: join(root, 'tests'),
        timeoutMs,
        quiet,
        env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report('faults') },
      });
    },
  },
];

const isCi = ['1', 'true'].includes(process.env['CI'] ?? '');

requireNode();
// Only npm puts a shell in between; who starts this file with nohup wants it to stay.
if (process.env['npm_lifecycle_event'] !== undefined) endWithParent();
const there = steps.filter(({ quick }) => !isQuick || quick !== undefined);
const { wanted, only, problem } = partsIn(
  isQuick ? args.slice(1) : args,
  there.map(({ name }) => name),
);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

/** Removes the reports of an earlier run, so that they don't count for this one. */
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

let passed = 0;
/** @type {string[]} */ const failed = [];
/** @type {string[]} */ const skipped = [];
/** @type {string[]} */ const summary = [];

/** @param {Step} step */
const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

/**
 * @param {Step} step
 * @param {boolean} [quiet] its output comes when it has ended
 */
async function runStep({ name, start, quick = [], read, review }, quiet = false) {
  if (!quiet) console.log(`\n── ${name}`);
  const began = performance.now();
  const { code = 1, output = '' } = await start([...(isQuick ? quick : []), ...only], {
    quiet,
  }).catch((error) => {
    console.error(messageOf(error));
    return { code: 1, output: '' };
  });
  const seconds = (performance.now() - began) / 1000;
  return async () => {
    if (quiet) console.log(`\n── ${name}\n${output}`);
    const outcome = outcomeOf(name, report(name), read, code);
    // Some of its tests can't show anything about the whole.
    const isWhole = only.length === 0 && existsSync(report(name));
    const found = isWhole ? ((await review?.()) ?? []) : [];
    const wrong = [...outcome.failed, ...found];
    passed += outcome.passed;
    failed.push(...wrong.map((title) => `${name}: ${title}`));
    skipped.push(...outcome.skipped.map((title) => `${name}: ${title}`));
    summary.push(
      `${name.padEnd(6)} ${String(outcome.passed).padStart(5)} passed ` +
        `${String(wrong.length).padStart(4)} failed ` +
        `${String(outcome.skipped.length).padStart(4)} skipped ` +
        `${seconds.toFixed(0).padStart(5)} s`,
    );
  };
}

try {
  await ensureInstalled();
  const chosen = there.filter(isWanted);
  for (const step of chosen) {
    const host = chosen.find(({ name }) => name === step.beside);
    if (host !== undefined) continue;
    const guests = chosen.filter(({ beside }) => beside === step.name);
    // Build first, since otherwise both would build at once.
    if (guests.length > 0) await ensureBuilt();
    const tellings = await Promise.all([
      runStep(step),
      ...guests.map((guest) => runStep(guest, true)),
    ]);
    for (const tell of tellings) await tell();
  }
} catch (error) {
  console.error(messageOf(error));
  failed.push('install');
}

console.log(`\n${summary.join('\n')}`);
for (const title of failed) console.log(`failed   ${title}`);
for (const title of skipped) console.log(`skipped  ${title}`);

// A skipped test proves nothing. In CI nobody reads the list of skipped tests, so it counts as a failure.
const failures = failed.length + (isCi ? skipped.length : 0);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failures} failed`);
