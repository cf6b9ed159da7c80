// `npm run diagrams` draws every machine that core exports into docs/machines, and which file runs which machine. With
// `--check` it writes nothing, and fails with the names of the pages that are out of date.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { machinesOfCore } from './lib/core.mjs';
import { pageOf } from './lib/diagrams.mjs';
import { hostsPageOf, textsOfHosts } from './lib/hosts.mjs';
import { root } from './lib/root.mjs';
import { ensureInstalled, requireNode } from './lib/workspace.mjs';

requireNode();
await ensureInstalled();

const isCheck = process.argv.includes('--check');
const folder = join(root, 'docs', 'machines');

const machines = await machinesOfCore().catch((/** @type {Error} */ { message }) => {
  console.error(message);
  process.exit(1);
});
const pages = new Map(machines.map(([name, machine]) => [`${name}.md`, pageOf(name, machine)]));
pages.set('hosts.md', hostsPageOf(textsOfHosts(join(root, 'packages'))));
const present = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.md'))
  : [];
const stale = [...new Set([...present, ...pages.keys()])].toSorted().filter((name) => {
  const file = join(folder, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== pages.get(name);
});

for (const name of stale) {
  const page = pages.get(name);
  if (isCheck) console.error(`docs/machines/${name} is stale: run \`npm run diagrams\`.`);
  else if (page === undefined) rmSync(join(folder, name));
  else {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), page);
  }
}
console.log(`${pages.size} pages, ${stale.length} ${isCheck ? 'stale' : 'written'}`);
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
