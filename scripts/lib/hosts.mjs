// Draws which file runs which of core's machines, and which of these files start one another. Reads the sources.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Packages whose files run machines. */
const PACKAGES = ['peer', 'signaling', 'web'];

/** A call that runs a machine, by itself or with the ports of its `provide…`. */
const RUN = /\b(?:runMachine|createActor)\(\s*(?:provide(\w+)\(|(\w+Machine)\b)/g;

/** A file's import of another file in its package, except imports of types. */
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)';/gm;

/**
 * @typedef {object} Source
 * @property {readonly string[]} machines the machines that it runs
 * @property {readonly string[]} imports the paths of the files that it imports
 */

/**
 * @param {string} text
 * @param {string} path
 * @returns {Source}
 */
function read(text, path) {
  const machines = [...text.matchAll(RUN)].map(([, subject = '', name]) =>
    name === undefined ? `${subject.charAt(0).toLowerCase()}${subject.slice(1)}Machine` : name,
  );
  const imports = [...text.matchAll(IMPORT)].map(([, specifier = '']) =>
    join(dirname(path), specifier),
  );
  return { machines: [...new Set(machines)].toSorted(), imports };
}

/**
 * The hosts that a file imports, directly or through files that are no hosts.
 *
 * @param {ReadonlyMap<string, Source>} sources
 * @param {string} from
 */
function startedBy(sources, from) {
  /** @type {Set<string>} */ const seen = new Set([from]);
  /** @type {string[]} */ const hosts = [];
  const visit = (/** @type {string} */ path) => {
    for (const next of sources.get(path)?.imports ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      if ((sources.get(next)?.machines.length ?? 0) > 0) hosts.push(next);
      else visit(next);
    }
  };
  visit(from);
  return hosts.toSorted();
}

/**
 * A page with a flow chart of hosts and machines.
 *
 * @param {ReadonlyMap<string, string>} texts of source files, by their paths from the folder `packages`
 * @returns {string}
 */
export function hostsPageOf(texts) {
  const sources = new Map([...texts].map(([path, text]) => [path, read(text, path)]));
  const hosts = [...sources]
    .filter(([, { machines }]) => machines.length > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const idOf = (/** @type {string} */ path) => path.replaceAll(/\W/g, '_');
  const groups = [...new Set(hosts.map(([path]) => dirname(path)))];
  const lines = groups.flatMap((group) => [
    `subgraph ${idOf(group)}["${group.replace('/src', '')}"]`,
    ...hosts
      .filter(([path]) => dirname(path) === group)
      .map(([path]) => `  ${idOf(path)}["${basename(path)}"]`),
    'end',
  ]);
  const arrows = hosts.flatMap(([path, { machines }]) => [
    ...startedBy(sources, path).map((host) => `${idOf(path)} --> ${idOf(host)}`),
    ...machines.map((machine) => `${idOf(path)} -.-> ${machine}([${machine}])`),
  ]);
  return [
    '# Hosts and their machines',
    '',
    'Read from the sources by `npm run diagrams`. A solid arrow leads from a host to one that it starts, a dotted one to',
    'a machine that it runs.',
    '',
    '```mermaid',
    'flowchart LR',
    ...[...lines, ...arrows].map((line) => `  ${line}`),
    '```',
    '',
  ].join('\n');
}

/**
 * The texts of all source files of the packages whose files run machines.
 *
 * @param {string} packages their folder
 * @returns {ReadonlyMap<string, string>}
 */
export function textsOfHosts(packages) {
  const paths = PACKAGES.flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(name, 'src', path),
    ),
  );
  return new Map(
    paths
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => [path, readFileSync(join(packages, path), 'utf8')]),
  );
}
