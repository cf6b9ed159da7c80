// `npm run check` runs all checks of the code that run no tests. `npm run check -- lint types` runs some of them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { checks, runCheck } from './lib/checks.mjs';
import { root } from './lib/root.mjs';
import { ensureInstalled, requireNode } from './lib/workspace.mjs';

requireNode();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `No check ${unknown.join(', ')}. There are: ${checks.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}
await ensureInstalled();

/** @type {import('./lib/checks.mjs').CheckResult[]} */
const results = [];
for (const check of checks) {
  if (wanted.length > 0 && !wanted.includes(check.name)) continue;
  const result = await runCheck(check, root);
  results.push(result);
  if (!result.passed) console.log(`\n${result.output.trim()}\n`);
  const time = `${result.seconds.toFixed(1)} s`.padStart(7);
  console.log(`${result.passed ? 'passed' : 'FAILED'} ${time}  ${check.name}: ${check.says}`);
}

mkdirSync(join(root, 'reports'), { recursive: true });
writeFileSync(join(root, 'reports', 'check.json'), JSON.stringify({ results }, undefined, 2));
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
