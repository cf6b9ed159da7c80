// `npm run bench` runs the benchmarks of tests/bench, each against a reference from the same run.
// `npm run bench -- loopback start` runs some of them. `--json` prints only the tables, as JSON.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { ensureBrowser, playwright } from './lib/browser.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/workspace.mjs';

const folder = join(root, 'tests', 'bench');
const reports = join(root, 'reports', 'bench');

requireNode();
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''));
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(1);
}

await ensureInstalled();
await ensureBuilt();
const browser = await ensureBrowser();
rmSync(reports, { recursive: true, force: true });
const files = positionals.map((name) => `bench/${name}.bench.ts`);
const { code, output } = await run(
  playwright,
  ['test', '-c', join('bench', 'playwright.config.ts'), '--reporter=line', ...files],
  { cwd: join(root, 'tests'), quiet: values.json, env: { CHROMIUM_PATH: browser } },
);
if (values.json && code === 0) {
  const tables = readdirSync(reports).filter((name) => name.endsWith('.json'));
  const parsed = tables.map((name) => JSON.parse(readFileSync(join(reports, name), 'utf8')));
  console.log(JSON.stringify(parsed, undefined, 2));
} else if (values.json) console.error(output);
process.exitCode = code;
