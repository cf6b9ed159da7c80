// Checks which package may import which. Arrows point one way (web → peer → core ← signaling). No package imports
// another's internals. Core imports only a state machine library, the primitives of the handshake, a schema library and
// itself. Checks the workspace in the current folder.

import { isBuiltin } from 'node:module';

import { filesBelow, isSource, report } from './lib/files.mjs';
import { importsOf, parse, targetOf } from './lib/imports.mjs';
import { readPackages } from './lib/packages.mjs';

/**
 * @typedef {object} Rule
 * @property {string} folder whose files must follow the rule; for each file, the first match counts
 * @property {readonly string[]} workspace our own packages that may be imported
 * @property {readonly string[]} [external] third-party packages that may be imported; if absent, all installed ones
 * @property {boolean} builtin whether Node's modules may be imported
 * @property {readonly string[]} [reach] folders outside of the package that may be imported relatively
 */

const pure = ['xstate', 'valibot', '@noble/ciphers', '@noble/curves', '@noble/hashes'];

/** @type {readonly Rule[]} */
const rules = [
  // Core publishes fast-check arbitraries for the tests of other packages.
  {
    folder: 'packages/core/src/testing',
    workspace: [],
    external: [...pure, 'fast-check'],
    builtin: false,
  },
  { folder: 'packages/core/src', workspace: [], external: pure, builtin: false },
  { folder: 'packages/core', workspace: ['core'], builtin: true },
  { folder: 'packages/peer/src', workspace: ['core'], external: ['xstate'], builtin: false },
  { folder: 'packages/peer', workspace: ['core', 'peer'], builtin: true },
  { folder: 'packages/signaling', workspace: ['core', 'signaling'], builtin: true },
  { folder: 'packages/web/src', workspace: ['core', 'peer'], builtin: false },
  { folder: 'packages/web', workspace: ['core', 'peer'], builtin: true },
  // The checks' own tests run the checks.
  {
    folder: 'tests',
    workspace: ['core', 'peer', 'signaling'],
    builtin: true,
    reach: ['scripts', 'vitest.shared.ts'],
  },
];

const packages = readPackages('.');
const scope = '@burritoshare/';

/**
 * @param {string} path
 * @param {string} folder
 */
function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * The problem with an import, or undefined.
 *
 * @param {string} file relative to the workspace
 * @param {string | undefined} specifier
 * @param {Rule} rule
 * @returns {string | undefined}
 */
function violation(file, specifier, rule) {
  if (specifier === undefined) {
    return rule.external ? 'imports something that is known at run time only' : undefined;
  }
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const path = targetOf(file, specifier);
    const home = file.startsWith('packages/') ? file.split('/').slice(0, 2).join('/') : 'tests';
    const isTest = !file.startsWith(`${home}/src/`);
    const inside = isTest ? home : `${home}/src`;
    if (isWithin(path, inside) || rule.reach?.some((folder) => isWithin(path, folder))) {
      return undefined;
    }
    return `imports ${specifier}, which lies outside of ${inside}`;
  }
  if (specifier.startsWith(scope)) {
    const short = specifier.slice(scope.length).split('/')[0] ?? '';
    if (!rule.workspace.includes(short)) {
      return `imports ${specifier}; it may import ${rule.workspace.join(' and ') || 'none of our packages'}`;
    }
    const isPublic = packages.some(({ entries }) => entries.includes(specifier));
    return isPublic ? undefined : `imports ${specifier}, which ${scope}${short} doesn't export`;
  }
  if (isBuiltin(specifier)) return rule.builtin ? undefined : `imports Node's ${specifier}`;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return !rule.external || rule.external.includes(name)
    ? undefined
    : `imports ${specifier}; of others' packages it may import ${rule.external.join(', ')}`;
}

const files = [...packages.flatMap(({ folder }) => [`${folder}/src`, `${folder}/test`]), 'tests']
  .flatMap(filesBelow)
  .filter(isSource)
  .toSorted();

/** @type {string[]} */
const violations = [];
for (const file of files) {
  const rule = rules.find(({ folder }) => isWithin(file, folder));
  if (!rule) {
    violations.push(`${file}: no rule says what this package may import`);
    continue;
  }
  const source = parse(file);
  for (const { specifier, line } of importsOf(source)) {
    const problem = violation(file, specifier, rule);
    if (problem !== undefined) violations.push(`${file}:${line} ${problem}`);
  }
  // Lint keeps core pure, but a comment can switch lint off. So such comments are refused.
  if (!isWithin(file, 'packages/core/src')) continue;
  for (const [comment, names = ''] of source.text.matchAll(
    /(?:ox|es)lint-disable(?:-\w+)*([^\n*]*)/g,
  )) {
    const rulesNamed = names.split('--')[0]?.trim() ?? '';
    if (rulesNamed === '' || /no-restricted|no-console/.test(rulesNamed)) {
      violations.push(`${file}: ${comment.trim()} would let something impure in`);
    }
  }
}

report(violations, `${files.length} files, ${violations.length} imports across a boundary`);
