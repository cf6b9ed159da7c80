// How long a source and how full a folder may be, so that either can be looked over. Looks at the workspace in the
// current folder.
//
// Only sources are bound in lines: a test's length is that of a list, which nobody reads from its start to its end.
// Folders of tests are bound as others are, golden data and fixtures too. Those of docs are not: decisions are read by
// the index in their README.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

import { filesBelow, isSource, report } from './lib/files.mjs';
import { readPackages } from './lib/packages.mjs';

const LINES_MAX = 350;
const FILES_MAX = 20;

const packages = readPackages('.').map(({ folder }) => folder);
const sources = [...packages.map((folder) => `${folder}/src`), 'scripts'].flatMap(filesBelow);
const tests = [...packages.map((folder) => `${folder}/test`), 'tests'].flatMap(filesBelow);

const long = sources.flatMap((file) => {
  if (!isSource(file) && !file.endsWith('.css')) return [];
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  return lines > LINES_MAX ? [`${file}: ${lines} lines, more than ${LINES_MAX}`] : [];
});

/** @type {Map<string, number>} */
const counts = new Map();
for (const file of [...sources, ...tests]) {
  const folder = posix.dirname(file);
  counts.set(folder, (counts.get(folder) ?? 0) + 1);
}
const full = [...counts].flatMap(([folder, count]) =>
  count > FILES_MAX ? [`${folder}: ${count} files, more than ${FILES_MAX}`] : [],
);

report([...long, ...full], `${counts.size} folders, ${long.length + full.length} sizes too large`);
