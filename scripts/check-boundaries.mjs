// Who may import whom. Arrows point one way (web → peer → core ← signaling), nobody reaches into a
// package's internals, and core imports nothing but a state machine library, the primitives of the
// handshake, a schema library and itself. Looks at the workspace in the current folder.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import process from 'node:process';

import ts from 'typescript';

import { readPackages } from './lib/packages.mjs';

/**
 * @typedef {object} Rule
 * @property {string} folder whose files keep the rule; the first that fits a file counts
 * @property {readonly string[]} workspace packages of ours that may be imported
 * @property {readonly string[]} [external] others' packages that may be; any that is installed when absent
 * @property {boolean} builtin whether Node's modules may be
 * @property {readonly string[]} [reach] folders outside of its package that it may import relatively
 */

const pure = ['xstate', 'valibot', '@noble/ciphers', '@noble/curves', '@noble/hashes'];

/** @type {readonly Rule[]} */
const rules = [
  // The arbitraries that core publishes for others' tests are fast-check's.
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

const workspace = process.cwd();
const packages = readPackages(workspace);
const scope = '@burritoshare/';

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesBelow(path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

/**
 * Everything that a file imports: statements, re-exports, `import()` as a call and as a type, and
 * `require`. `undefined` stands for an import that is known at run time only.
 *
 * @param {ts.SourceFile} source
 */
function importsOf(source) {
  /** @type {{ specifier: string | undefined, line: number }[]} */
  const found = [];
  const add = (/** @type {ts.Node} */ at, /** @type {ts.Node | undefined} */ specifier) => {
    found.push({
      specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined,
      line: source.getLineAndCharacterOfPosition(at.getStart(source)).line + 1,
    });
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
    ) {
      add(node, node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {string} path
 * @param {string} folder
 */
function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * What is wrong with an import, or undefined.
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
    const target = relative(workspace, resolve(workspace, dirname(file), specifier));
    const path = target.split(sep).join('/');
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
  .flatMap((folder) => sourcesBelow(join(workspace, folder)))
  .map((path) => relative(workspace, path).split(sep).join('/'))
  .toSorted();

/** @type {string[]} */
const violations = [];
for (const file of files) {
  const rule = rules.find(({ folder }) => isWithin(file, folder));
  if (!rule) {
    violations.push(`${file}: no rule says what this package may import`);
    continue;
  }
  const text = readFileSync(join(workspace, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  for (const { specifier, line } of importsOf(source)) {
    const problem = violation(file, specifier, rule);
    if (problem !== undefined) violations.push(`${file}:${line} ${problem}`);
  }
  // Purity is kept by lint, and a comment can switch lint off.
  if (!isWithin(file, 'packages/core/src')) continue;
  for (const [comment, names = ''] of text.matchAll(/(?:ox|es)lint-disable(?:-\w+)*([^\n*]*)/g)) {
    const rulesNamed = names.split('--')[0]?.trim() ?? '';
    if (rulesNamed === '' || /no-restricted|no-console/.test(rulesNamed)) {
      violations.push(`${file}: ${comment.trim()} would let something impure in`);
    }
  }
}

for (const line of violations) console.error(line);
console.log(`${files.length} files, ${violations.length} imports across a boundary`);
process.exitCode = violations.length === 0 ? 0 : 1;
