// The contents of a bundle as a tree. It is never built as a whole: in natural order the entries of a folder lie side by
// side, so that a range stands for a folder. What a person opens costs as much as it shows, however deep and wide a
// stranger has made the rest.
import { hasBytes, type ManifestEntry } from '@burritoshare/core';

import { sortedByPath } from './natural-order.ts';

/** Rows that are opened without asking, at most. */
const ROWS_OPENED = 40;

export interface Tree {
  readonly entries: readonly ManifestEntry[];
  /** Indexes of the entries, in natural order. */
  readonly order: readonly number[];
  /** Bytes of the first so many entries of the order. */
  readonly bytesBefore: readonly number[];
  /** Files and texts among the first so many entries of the order; the others are empty folders. */
  readonly filesBefore: readonly number[];
}

/** A range of the order, from `from` to before `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A row of the tree: an entry, or a folder that entries lie in. */
export interface Row extends Range {
  /** The name of a React element: unique, and the same when entries are added. */
  readonly key: string;
  /** The index of the entry; undefined for a folder that entries lie in. */
  readonly entry: number | undefined;
  readonly kind: ManifestEntry['kind'];
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
  /** Counts from 1. */
  readonly level: number;
  /** The place among the rows of the same folder, from 1. */
  readonly position: number;
  readonly siblings: number;
}

const known = new WeakMap<readonly ManifestEntry[], Tree>();

/** The tree of these entries. It is made once: with thousands of entries that takes longer than to show it. */
export function treeOf(entries: readonly ManifestEntry[]): Tree {
  const tree = known.get(entries) ?? createTree(entries);
  known.set(entries, tree);
  return tree;
}

/** Sorts and sums up. */
export function createTree(entries: readonly ManifestEntry[]): Tree {
  const order = sortedByPath(Array.from(entries.keys()), (index) => entries[index]?.path ?? '');
  const bytesBefore = [0];
  const filesBefore = [0];
  let [bytes, files] = [0, 0];
  for (const index of order) {
    const entry = entries[index];
    if (hasBytes(entry)) {
      bytes += entry.size;
      files += 1;
    }
    bytesBefore.push(bytes);
    filesBefore.push(files);
  }
  return { entries, order, bytesBefore, filesBefore };
}

/** The rows of the top level. */
export function topRows(tree: Tree): readonly Row[] {
  return rowsIn(tree, { from: 0, to: tree.order.length, start: 0, level: 1 });
}

/** The rows right below a row; none below an entry. */
export function rowsBelow(tree: Tree, row: Row): readonly Row[] {
  if (!isOpenable(row)) return [];
  return rowsIn(tree, { ...row, start: row.path.length + 1, level: row.level + 1 });
}

/** Whether a row has others below it. */
export function isOpenable({ entry }: Row): boolean {
  return entry === undefined;
}

/** The rows that are shown while these folders, by path, are open. */
export function shownRows(tree: Tree, open: ReadonlySet<string>): readonly Row[] {
  const shown: Row[] = [];
  const due = topRows(tree).toReversed();
  for (let row = due.pop(); row !== undefined; row = due.pop()) {
    shown.push(row);
    if (!isOpenable(row) || !open.has(row.path)) continue;
    for (const below of rowsBelow(tree, row).toReversed()) due.push(below);
  }
  return shown;
}

/**
 * The folders that are open from the start: level by level, as long as everything fits, and each that stands alone, so
 * that nobody has to open one folder after the other to see the first file.
 */
export function firstOpen(tree: Tree): ReadonlySet<string> {
  const open = new Set<string>();
  const top = topRows(tree);
  let count = top.length;
  const folders = top.filter(isOpenable);
  // Grows while it is walked.
  for (const folder of folders) {
    const below = rowsBelow(tree, folder);
    const isAlone = count === folder.level;
    if (!isAlone && count + below.length > ROWS_OPENED) break;
    open.add(folder.path);
    count += below.length;
    for (const row of below) if (isOpenable(row)) folders.push(row);
  }
  return open;
}

interface Level extends Range {
  /** Where the names of this level begin in the paths. */
  readonly start: number;
  readonly level: number;
}

function rowsIn(tree: Tree, { from, to, start, level }: Level): readonly Row[] {
  const rows: (Row & { siblings: number })[] = [];
  for (let at = from, next = from; at < to; at = next) {
    const index = tree.order[at] ?? 0;
    const entry = tree.entries[index];
    const path = entry?.path ?? '';
    const end = path.indexOf('/', start);
    const folder = end < 0 ? undefined : path.slice(0, end);
    next = folder === undefined ? at + 1 : endOfFolder(tree, `${folder}/`, at, to);
    rows.push({
      key: folder === undefined ? `${index}` : `${folder}/`,
      entry: folder === undefined ? index : undefined,
      kind: folder === undefined ? (entry?.kind ?? 'file') : 'folder',
      path: folder ?? path,
      name: (folder ?? path).slice(start),
      bytes: between(tree.bytesBefore, at, next),
      files: between(tree.filesBefore, at, next),
      level,
      position: rows.length + 1,
      // Known at the end. A copy of each of ten thousand rows would take as long as making them.
      siblings: 0,
      from: at,
      to: next,
    });
  }
  for (const row of rows) row.siblings = rows.length;
  return rows;
}

/** Where a folder's range ends that begins at `from`. A search by halves: a folder can hold all there is. */
function endOfFolder(tree: Tree, prefix: string, from: number, to: number): number {
  let [inside, outside] = [from, to];
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    const path = tree.entries[tree.order[middle] ?? 0]?.path ?? '';
    if (path.startsWith(prefix)) inside = middle;
    else outside = middle;
  }
  return outside;
}

function between(sums: readonly number[], from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}
