// Installs and builds a clone, so that its tools and its server can run. Uses only Node's built-ins, since nothing is
// installed yet.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';

import { root } from './root.mjs';
import { run } from './run.mjs';

/** Stamps lie inside of node_modules, so that removing it removes them too. */
const stamps = join(root, 'node_modules', '.burritoshare');

/** @returns {{ packageManager: string, engines: { node: string } }} */
function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/**
 * Whether a version lies in a range. Knows the forms that package.json uses: `^a.b.c` and `>=a.b.c`, joined by `||`.
 *
 * @param {string} version
 * @param {string} range
 */
export function isVersionIn(version, range) {
  const parts = (/** @type {string} */ text) =>
    text
      .replace(/^[^\d]*/, '')
      .split('.')
      .map(Number);
  const [major = 0, minor = 0, patch = 0] = parts(version);
  return range.split('||').some((alternative) => {
    const [atMajor = 0, atMinor = 0, atPatch = 0] = parts(alternative);
    const isAtLeast =
      major !== atMajor ? major > atMajor : minor !== atMinor ? minor > atMinor : patch >= atPatch;
    return isAtLeast && (!alternative.trim().startsWith('^') || major === atMajor);
  });
}

/** Ends the process with advice if this Node is too old. */
export function requireNode() {
  const { node } = manifest().engines;
  if (isVersionIn(process.versions.node, node)) return;
  console.error(
    `BurritoShare needs Node ${node}; this is Node ${process.versions.node}.\n` +
      'Install a current LTS release from https://nodejs.org and run the command again.',
  );
  process.exit(1);
}

/**
 * @param {string} folder
 * @returns {string[]} the folders of the packages below it
 */
function packagesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'package.json')),
    )
    .map((entry) => join(root, folder, entry.name))
    .toSorted();
}

/** Every package of the workspace, except the root's. */
function packages() {
  return [...packagesIn('packages'), join(root, 'tests')];
}

/** Folders of a package that no build reads, or that a build makes. */
const notBuilt = new Set(['node_modules', 'dist', 'test', 'coverage', '.turbo', '.vite']);

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notBuilt.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/**
 * A hash of the files' contents. Their times don't count: switching branches back and forth changes them but no
 * content.
 *
 * @param {readonly string[]} files
 */
function fingerprint(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} `);
  hash.update(`${process.versions.modules}\n`);
  for (const file of [...files].toSorted()) {
    hash
      .update(`${relative(root, file)}\n`)
      .update(readFileSync(file))
      .update('\n');
  }
  return hash.digest('hex');
}

/** @param {string} name */
function readStamp(name) {
  const file = join(stamps, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * @param {string} name
 * @param {string} value
 */
function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

/**
 * @param {string} what
 * @param {{ code: number, output: string }} result
 */
function throwUnlessDone(what, { code, output }) {
  if (code !== 0) throw new Error(`${output}\n${what} failed (exit code ${code}).`);
}

/** Installs the dependencies of the lock file, if that has not been done. */
export async function ensureInstalled() {
  const expected = fingerprint([
    join(root, 'package.json'),
    join(root, 'pnpm-lock.yaml'),
    join(root, 'pnpm-workspace.yaml'),
    ...packages().map((folder) => join(folder, 'package.json')),
  ]);
  const isThere = [root, ...packages()].every((folder) => existsSync(join(folder, 'node_modules')));
  if (isThere && readStamp('install') === expected) return;

  console.log('Installing dependencies …');
  const pnpm = manifest().packageManager;
  const result = await run(
    'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'],
    // With CI, pnpm doesn't stop to ask before it replaces a node_modules that another tool made.
    { quiet: true, env: { CI: 'true', npm_config_loglevel: 'error' } },
  );
  throwUnlessDone('Installing the dependencies', result);
  writeStamp('install', expected);
}

/** Builds the packages that changed, if any did. */
export async function ensureBuilt() {
  const expected = fingerprint([
    ...['pnpm-lock.yaml', 'tsconfig.base.json', 'turbo.json'].map((name) => join(root, name)),
    ...packagesIn('packages').flatMap(filesBelow),
  ]);
  const isThere = packagesIn('packages').every((folder) => existsSync(join(folder, 'dist')));
  if (isThere && readStamp('build') === expected) return;

  console.log('Building …');
  const result = await run('turbo', ['run', 'build', '--output-logs=errors-only'], { quiet: true });
  throwUnlessDone('The build', result);
  writeStamp('build', expected);
}

/**
 * The folder of one of the workspace's packages.
 *
 * @param {string} name
 */
export function packageFolder(name) {
  return join(root, 'packages', name);
}
