// Checks how the files of a package's src import each other: never in a circle, types included, and only downwards in
// the order of lib/folder-order.mjs. Workers lie in folders of their own, whose files don't need React. Checks the
// workspace in the current folder.

import { posix } from 'node:path';

import { filesBelow, isSource, report } from './lib/files.mjs';
import { folderOrder } from './lib/folder-order.mjs';
import { importsOf, parse, targetOf } from './lib/imports.mjs';
import { readPackages } from './lib/packages.mjs';

/** @typedef {{ readonly specifier: string, readonly target: string, readonly line: number }} Import */

/** The imports of each file. `target` is a file only if the specifier is relative. */
const importsIn = (/** @type {readonly string[]} */ files) =>
  new Map(
    files.map((file) => {
      const imports = importsOf(parse(file)).flatMap(({ specifier, line }) =>
        specifier === undefined ? [] : [{ specifier, target: targetOf(file, specifier), line }],
      );
      return [file, imports];
    }),
  );

/**
 * Finds circles: a depth-first search that returns to a file on its current path.
 *
 * @param {ReadonlyMap<string, readonly Import[]>} graph
 */
function circlesIn(graph) {
  /** @type {string[]} */
  const found = [];
  /** @type {Set<string>} */
  const seen = new Set();
  const visit = (/** @type {string} */ file, /** @type {readonly string[]} */ path) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`${[...path.slice(start), file].join(' → ')}: a circle`);
    if (seen.has(file)) return;
    seen.add(file);
    for (const { target } of graph.get(file) ?? []) {
      if (graph.has(target)) visit(target, [...path, file]);
    }
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/**
 * The place of each name in an order. At the first difference of two places, the smaller number is the lower one; if
 * the difference is a text, the two are apart.
 *
 * @param {import('./lib/folder-order.mjs').Order} order
 * @param {readonly (number | string)[]} [within]
 * @returns {readonly (readonly [string, readonly (number | string)[]])[]}
 */
function placesIn(order, within = []) {
  return order.flatMap((step, index) => {
    if (typeof step !== 'string') {
      return step.apart.flatMap((one, branch) => placesIn(one, [...within, index, `${branch}`]));
    }
    return [
      /** @type {const} */ ([step, [...within, index]]),
      /** @type {const} */ ([posix.join(step, 'worker'), [...within, index + 0.5]]),
    ];
  });
}

/**
 * @param {readonly (number | string)[]} other
 * @param {readonly (number | string)[]} place
 */
function isAtMost(other, place) {
  const at = place.findIndex((part, index) => part !== other[index]);
  const [lower, upper] = [other[at], place[at]];
  return at === -1 || (typeof lower === 'number' && typeof upper === 'number' && lower < upper);
}

/**
 * @param {string} src
 * @param {ReadonlyMap<string, readonly Import[]>} graph
 */
function importsUpwards(src, graph) {
  const places = new Map(placesIn(folderOrder[src.split('/')[1] ?? ''] ?? []));
  /** The name that stands for a file in the order: its own, or its folder's. */
  const nameOf = (/** @type {string} */ file) => {
    const name = posix.relative(src, file);
    return places.has(name) ? name : posix.dirname(name);
  };
  return [...graph].flatMap(([file, imports]) => {
    const name = nameOf(file);
    const place = places.get(name);
    if (!place) return [`${file}: ${name} has no place in lib/folder-order.mjs`];
    return imports.flatMap(({ specifier, target, line }) => {
      const other = graph.has(target) ? places.get(nameOf(target)) : undefined;
      if (!other || isAtMost(other, place)) return [];
      return [`${file}:${line} imports ${specifier}, and ${nameOf(target)} isn't below ${name}`];
    });
  });
}

/** @param {string} file */
const isInWorkerFolder = (file) => posix.basename(posix.dirname(file)) === 'worker';

/** A file with JSX counts as React too. */
const isReact = (/** @type {string} */ specifier) =>
  /^(?:@[\w-]+\/)?react\b/.test(specifier) || specifier.endsWith('.tsx');

/**
 * The chain of imports by which a file depends on React, if it does.
 *
 * @param {ReadonlyMap<string, readonly Import[]>} graph
 * @param {string} file
 * @param {Set<string>} [seen]
 * @returns {string | undefined}
 */
function wayToReact(graph, file, seen = new Set()) {
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const { specifier, target } of graph.get(file) ?? []) {
    const way = isReact(specifier) ? specifier : wayToReact(graph, target, seen);
    if (way !== undefined) return `${file} → ${way}`;
  }
  return undefined;
}

/**
 * Finds workers outside of worker folders, and React inside of them.
 *
 * @param {ReadonlyMap<string, readonly Import[]>} graph
 */
function misplacedWorkers(graph) {
  return [...graph.keys()].flatMap((file) => {
    if (!isInWorkerFolder(file)) {
      return file.endsWith('.worker.ts') ? [`${file}: a worker lies in a folder worker`] : [];
    }
    const way = wayToReact(graph, file);
    return way === undefined ? [] : [`${way}: a worker has no React`];
  });
}

/** @type {string[]} */
const found = [];
let count = 0;
for (const { folder } of readPackages('.')) {
  const src = `${folder}/src`;
  const graph = importsIn(filesBelow(src).filter(isSource));
  count += graph.size;
  found.push(...circlesIn(graph), ...importsUpwards(src, graph), ...misplacedWorkers(graph));
}
report(found, `${count} files, ${found.length} in a wrong place or imported from one`);
