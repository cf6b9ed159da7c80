// The files of the workspace in the current folder, as `packages/core/src/index.ts`.

import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';

/** What is installed or built there. */
const NOT_OURS = ['node_modules', 'dist', 'test-results'];

/**
 * All files below a folder, in order; none where there is no such folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return [path];
      return NOT_OURS.includes(entry.name) ? [] : filesBelow(path);
    })
    .toSorted();
}

/** @param {string} file */
export const isSource = (file) => /\.[cm]?[jt]sx?$/.test(file);

/**
 * Says what a check has found, each on a line of its own, and ends the program accordingly.
 *
 * @param {readonly string[]} found
 * @param {string} summary
 */
export function report(found, summary) {
  for (const line of found) console.error(line);
  console.log(summary);
  process.exitCode = found.length === 0 ? 0 : 1;
}
