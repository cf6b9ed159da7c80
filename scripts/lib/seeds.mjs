// Finds events that occurred in no part of the simulation's seeds, from the reports that the parts wrote into a folder.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} PartReport of one part
 * @property {number} parts the number of parts
 * @property {readonly string[]} missed names of events that must occur but did not occur in this part
 */

/**
 * A failure for each event that occurred in no part, and one if a part wrote no report.
 *
 * @param {string} folder
 * @returns {readonly string[]}
 */
export function neverInSeeds(folder) {
  /** @type {readonly PartReport[]} */
  const reports = existsSync(folder)
    ? readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    : [];
  const [first] = reports;
  if (first === undefined) return ['simulation: no part of it says what occurred'];
  if (reports.length < first.parts)
    return [`simulation: ${first.parts - reports.length} of ${first.parts} parts say nothing`];
  return first.missed
    .filter((name) => reports.every(({ missed }) => missed.includes(name)))
    .map((name) => `simulation: never occurred: ${name}`);
}
