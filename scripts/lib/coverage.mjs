// Reads which states and transitions of core's machines the unit tests reached. It compares the reports that
// `createCoverage` of core's tests wrote into a folder with the machines that core exports.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {Readonly<Record<string, boolean>>} Marks for each name, whether it was reached
 *
 * @typedef {object} MachineReport of one test
 * @property {string} machine the machine's id
 * @property {Marks} states
 * @property {Marks} transitions
 *
 * @typedef {readonly [name: string, machine: { readonly root: { readonly id: string } }]} NamedMachine
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {boolean} isReported
 * @property {Marks} states
 * @property {Marks} transitions
 */

/**
 * The reports in a folder; none if the folder doesn't exist.
 *
 * @param {string} folder
 * @returns {readonly MachineReport[]}
 */
function readReports(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/**
 * The names that at least one of them reached.
 *
 * @param {readonly Marks[]} all
 * @returns {Marks}
 */
function unite(all) {
  /** @type {Record<string, boolean>} */ const united = {};
  for (const marks of all) {
    for (const [name, reached] of Object.entries(marks)) united[name] ||= reached;
  }
  return united;
}

/** @param {Marks} marks */
const missedOf = (marks) => Object.keys(marks).filter((name) => !marks[name]);

/** @param {Marks} marks */
function shareOf(marks) {
  const all = Object.keys(marks).length;
  return `${all - missedOf(marks).length}/${all}`;
}

/** @param {readonly Row[]} rows */
function tableOf(rows) {
  const cells = [
    ['machine', 'states', 'transitions'],
    ...rows.map(({ name, isReported, states, transitions }) =>
      isReported ? [name, shareOf(states), shareOf(transitions)] : [name, '-', '-'],
    ),
  ];
  const width = Math.max(...cells.map(([name = '']) => name.length));
  return cells
    .map(
      ([name = '', states = '', transitions = '']) =>
        `${name.padEnd(width)} ${states.padStart(8)} ${transitions.padStart(12)}`,
    )
    .join('\n');
}

/**
 * @param {Row} row
 * @returns {readonly string[]}
 */
function failuresOf({ name, isReported, states, transitions }) {
  if (!isReported) return [`${name}: no test reports what it reaches`];
  const missed = [...missedOf(states), ...missedOf(transitions)];
  return missed.length === 0 ? [] : [`${name}: never reached: ${missed.join('; ')}`];
}

/**
 * A table of coverage, and a failure for each machine without a report or with a missed name. The reports of several
 * tests about one machine are united.
 *
 * @param {readonly NamedMachine[]} machines that must have reports
 * @param {string} folder
 * @returns {{ table: string, failed: readonly string[] }}
 */
export function readCoverage(machines, folder) {
  const reports = readReports(folder);
  const rows = machines.map(([name, { root }]) => {
    const own = reports.filter(({ machine }) => machine === root.id);
    return {
      name,
      isReported: own.length > 0,
      states: unite(own.map(({ states }) => states)),
      transitions: unite(own.map(({ transitions }) => transitions)),
    };
  });
  const failed = rows.flatMap(failuresOf);
  return { table: tableOf(rows), failed: rows.length > 0 ? failed : ['core exports no machine'] };
}
