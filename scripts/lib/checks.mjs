// The checks of `npm run check`. Each checks the workspace in the current folder, so that its tests can give it a
// workspace with a mistake.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { root } from './root.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} Check
 * @property {string} name as in `npm run check -- lint`
 * @property {string} says the property that it checks
 * @property {readonly (readonly [string, ...string[]])[]} commands must all succeed
 */

const script = (/** @type {string} */ name) => join(root, 'scripts', name);

/**
 * The compiler of TypeScript 7, which checks in a third of the time. Other tools need the programming interface of
 * TypeScript 6.
 */
const typeChecker = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');

/** All TypeScript projects here: each package, its workers and its tests; the common tests; the scripts. */
const projects = [
  ...readdirSync(join(root, 'packages')).flatMap((name) =>
    ['tsconfig.json', 'tsconfig.workers.json', 'test/tsconfig.json'].map((file) =>
      join('packages', name, file),
    ),
  ),
  join('tests', 'tsconfig.json'),
  'tsconfig.json',
].filter((project) => existsSync(join(root, project)));

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'format',
    says: 'every file is formatted',
    commands: [['prettier', '--check', '.']],
  },
  {
    name: 'lint',
    says: 'no mistakes that lint knows, and core has no clock, randomness or I/O',
    commands: [['oxlint', '--deny-warnings', '--format=unix']],
  },
  {
    name: 'boundaries',
    says: 'web → peer → core ← signaling, and nobody imports internals',
    commands: [[process.execPath, script('check-boundaries.mjs')]],
  },
  {
    name: 'folders',
    says: 'no import in a circle or upwards, and no worker with React',
    commands: [[process.execPath, script('check-folders.mjs')]],
  },
  {
    name: 'sizes',
    says: 'no source is too long to be read, and no folder too full to be looked over',
    commands: [[process.execPath, script('check-sizes.mjs')]],
  },
  {
    name: 'rules',
    says: 'every rule and invariant is in the title of a test, and none is cited that isn’t there',
    commands: [[process.execPath, script('check-rules.mjs')]],
  },
  {
    name: 'words',
    says: 'no word that is gone, and no name that says nothing',
    commands: [[process.execPath, script('check-words.mjs')]],
  },
  {
    name: 'build',
    says: 'every package builds',
    commands: [['turbo', 'run', 'build', '--output-logs=errors-only']],
  },
  {
    name: 'types',
    says: 'every package, test and script is well typed',
    commands: projects.map((project) => [process.execPath, typeChecker, '-p', project]),
  },
  {
    name: 'unused',
    says: 'no unused file, export or dependency',
    commands: [['knip']],
  },
  {
    name: 'packages',
    says: 'the packages work for those who install them',
    commands: [[process.execPath, script('check-packages.mjs')]],
  },
  {
    name: 'diagrams',
    says: 'docs/machines shows the machines as they are',
    commands: [[process.execPath, script('diagrams.mjs'), '--check']],
  },
];

/**
 * @typedef {object} CheckResult
 * @property {string} name
 * @property {boolean} passed
 * @property {number} seconds
 * @property {string} output its commands' output
 */

/**
 * Runs all commands of a check, even after one failed.
 *
 * @param {Check} check
 * @param {string} workspace
 * @returns {Promise<CheckResult>}
 */
export async function runCheck({ name, commands }, workspace) {
  const start = performance.now();
  let passed = true;
  let output = '';
  for (const [command, ...args] of commands) {
    const result = await run(command, args, { cwd: workspace, quiet: true });
    passed &&= result.code === 0;
    output += result.output;
  }
  return { name, passed, seconds: (performance.now() - start) / 1000, output };
}
