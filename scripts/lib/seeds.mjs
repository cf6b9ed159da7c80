// Reads what never occurred in the parts of the simulation's seeds: what each part left in a folder, laid together.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} PartReport of one part
 * @property {number} parts how many there are
 * @property {readonly string[]} missed names of what has to occur and did not in this part
 */

/**
 * A failure for everything that occurred in no part, and one when a part left nothing.
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
