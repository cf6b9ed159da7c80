// How the files of a package's src may import each other: never in a circle, types included, and down only, in
// the order of lib/folder-order.mjs. Workers lie in folders of their own, and nothing there needs React.
// Looks at the workspace in the current folder.

import { posix } from 'node:path';

import { filesBelow, isSource, report } from './lib/files.mjs';
import { folderOrder } from './lib/folder-order.mjs';
import { importsOf, parse, targetOf } from './lib/imports.mjs';
import { readPackages } from './lib/packages.mjs';

/** @typedef {{ readonly specifier: string, readonly target: string, readonly line: number }} Import */

/** Of each file, what it imports; `target` is a file only where the specifier is relative. */
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
 * Circles, each of them where the search for them comes back to a file that it is still looking at.
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
 * Where each name of an order stands. Where two places first differ, the lower has the lesser number; where they
 * differ by a text, they are apart.
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
  /** What stands in the order for a file: its own name, or its folder's. */
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

/** JSX is React's, whoever imports it. */
const isReact = (/** @type {string} */ specifier) =>
  /^(?:@[\w-]+\/)?react\b/.test(specifier) || specifier.endsWith('.tsx');

/**
 * By which files a file comes to React, if it does.
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
 * Workers outside of their folders, and React within.
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
