// The files of the workspace in the current folder, with paths like `packages/core/src/index.ts`.

import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';

/** Folders with installed or built files. */
const NOT_OURS = ['node_modules', 'dist', 'test-results'];

/**
 * All files below a folder, in order; none if the folder doesn't exist.
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
 * Prints each finding of a check on a line of its own, and ends the program with the matching exit code.
 *
 * @param {readonly string[]} found
 * @param {string} summary
 */
export function report(found, summary) {
  for (const line of found) console.error(line);
  console.log(summary);
  process.exitCode = found.length === 0 ? 0 : 1;
}
