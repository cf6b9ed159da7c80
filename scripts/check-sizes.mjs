// Limits the length of a source and the number of files in a folder, so that both stay easy to survey. Checks the
// workspace in the current folder.
//
// Only sources have a limit of lines: a test file is a list that nobody reads from start to end. Folders of tests have
// the same limit as others, also with golden data and fixtures. Folders of docs have none: decisions are found through
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
