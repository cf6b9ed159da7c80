import type { ManifestEntry } from '@burritoshare/core';

import { formatCount } from '../../ui/format.ts';
import type { Range, Tree } from './tree.ts';

/** How much of a row is chosen. */
export type Choice = 'all' | 'some' | 'none';

/** Counts the members of a set of entries in any range of a tree. */
export function counterOf(tree: Tree, chosen: ReadonlySet<number>): (range: Range) => number {
  if (chosen.size === 0) return () => 0;
  const before = new Uint32Array(tree.order.length + 1);
  for (const [at, entry] of tree.order.entries())
    before[at + 1] = (before[at] ?? 0) + (chosen.has(entry) ? 1 : 0);
  return ({ from, to }) => (before[to] ?? 0) - (before[from] ?? 0);
}

/** How much of a range is chosen, by the number of chosen entries in it. */
export function choiceOf({ from, to }: Range, count: number): Choice {
  if (count === 0) return 'none';
  return count === to - from ? 'all' : 'some';
}

/** Takes everything in a range, or leaves all of it out if all of it was taken. */
export function toggled(
  tree: Tree,
  chosen: ReadonlySet<number>,
  range: Range,
): ReadonlySet<number> {
  const entries = tree.order.slice(range.from, range.to);
  const next = new Set(chosen);
  if (entries.every((entry) => chosen.has(entry))) {
    for (const entry of entries) next.delete(entry);
  } else {
    for (const entry of entries) next.add(entry);
  }
  return next;
}

/** What taking the chosen entries is called: `Take 2 of 3 files`. */
export function takeWords(
  entries: readonly ManifestEntry[],
  chosen: ReadonlySet<number>,
  locale?: string,
): string {
  // Empty folders can be chosen too, and are no files.
  const kinds = new Set(entries.map(({ kind }) => kind));
  const [kind = 'file'] = kinds;
  const noun = kinds.size > 1 || kind === 'folder' ? 'item' : kind;
  const count = entries.reduce((sum, _, index) => sum + (chosen.has(index) ? 1 : 0), 0);
  const all = formatCount(entries.length, noun, locale);
  if (count === 0) return 'Choose what to take';
  if (count < entries.length)
    return `Take ${new Intl.NumberFormat(locale).format(count)} of ${all}`;
  return count === 1 ? `Take the ${noun}` : `Take all ${all}`;
}
