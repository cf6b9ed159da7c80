// `npm test`: checks, unit tests, browser tests and real faults, on a machine with nothing but Node and npm.
// `npm test -- unit e2e` runs some of it, and `npm test -- e2e storage-kept -g forgotten` some of one part: what
// follows goes to its runner. `npm test -- quick` is what to run between two thoughts: the checks, the unit tests with
// a tenth of the simulation's seeds, and a dozen browser tests. Each runner writes a report; the last line adds them up.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { ensureBrowser, playwright } from './lib/browser.mjs';
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

/** A runner that hangs must leave the others time to report, within the hour and a half that CI gives. */
const STEP_TIMEOUT_MS = 25 * 60_000;

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
 * @property {(only: readonly string[], options: { readonly quiet: boolean }) => Promise<Partial<RunResult>>} start
 *   runs what these arguments of its runner leave of it
 * @property {readonly string[]} [quick] arguments of its runner that leave what is quick; a step without them is slow
 * @property {string} [beside] the step with which it runs at the same time: it mostly waits
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

/** Of the simulation's seeds, those that a quick run goes through. */
const QUICK_SEEDS = '200';

/** @type {readonly Step[]} */
const steps = [
  {
    name: 'check',
    read: readChecks,
    quick: [],
    start: (only) =>
      run(process.execPath, [join(root, 'scripts', 'check.mjs'), ...only], { timeoutMs }),
  },
  {
    name: 'unit',
    read: readVitest,
    // Bugs that tests have to find, and packages that are installed from the registry.
    quick: ['--exclude=**/planted.test.ts', '--project=!packages'],
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
    // Too few seeds don't reach everything.
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
      const browser = await ensureBrowser();
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
const args = process.argv.slice(2);
const isQuick = args[0] === 'quick';

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

/** Of an earlier run: it must not be taken for one of this run. */
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
    // Of some of its tests nothing can be said of the whole.
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
    // Both would build at once.
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

// A test that doesn't run proves nothing. Where nobody reads the list, that has to be a failure.
const failures = failed.length + (isCi ? skipped.length : 0);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failures} failed`);
