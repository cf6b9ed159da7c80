import { foldCase } from '@burritoshare/core';

/**
 * Sorts by path as people do: folder by folder, without case, numbers by their value. Folders stand among files. The
 * order is total and ignores the language, so that a bundle has the same order wherever it is made or shown.
 */
export function sortedByPath<Item>(
  items: readonly Item[],
  pathOf: (item: Item) => string,
): readonly Item[] {
  // Thousands of files lie in the same folders, so take each name apart once.
  const keys = new Map<string, string>();
  return items
    .map((item) => ({ item, key: pathKey(pathOf(item), keys) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

/** A text whose code units compare like the path. */
function pathKey(path: string, known: Map<string, string>): string {
  let key = '';
  for (const name of path.split('/')) {
    const part = known.get(name) ?? nameKey(name);
    known.set(name, part);
    key += part;
  }
  return key;
}

// Ends are marked with what is below each other character, so that a name comes before those which it begins. The name
// itself follows, since `a01` and `a1`, or `A` and `a`, are different.
function nameKey(name: string): string {
  return `${foldCase(name).replace(/[0-9]+/g, numberKey)}\0${name}\0`;
}

// The longer number is the larger one. Every number has the same first character, which is where digits are.
function numberKey(digits: string): string {
  const value = digits.replace(/^0+/, '');
  return `0${String.fromCharCode(1 + value.length)}${value}`;
}
