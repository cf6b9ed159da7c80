import { foldCase } from '@burritoshare/core';

const ZERO = 0x30;

/**
 * Sorts by path as people do: folder by folder, without case, numbers by their value. Folders stand among files. The
 * order is total and ignores the language, so that a bundle has the same order wherever it is made or shown.
 */
export function sortedByPath<Item>(
  items: readonly Item[],
  pathOf: (item: Item) => string,
): readonly Item[] {
  // Thousands of files lie in the same folders, so take each of these apart once.
  const folderKeys = new Map<string, string>();
  return items
    .map((item) => ({ item, key: pathKey(pathOf(item), folderKeys) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

/** A text whose code units compare like the path. */
function pathKey(path: string, folderKeys: Map<string, string>): string {
  const end = path.lastIndexOf('/');
  return end < 0
    ? nameKey(path)
    : folderKey(path.slice(0, end), folderKeys) + nameKey(path.slice(end + 1));
}

function folderKey(folder: string, known: Map<string, string>): string {
  const key = known.get(folder) ?? folder.split('/').map(nameKey).join('');
  known.set(folder, key);
  return key;
}

// Ends are marked with what is below each other character, so that a name comes before those which it begins. The name
// itself follows, since `a01` and `a1`, or `A` and `a`, are different.
function nameKey(name: string): string {
  return `${foldCase(name).replace(/[0-9]+/g, numberKey)}\0${name}\0`;
}

// The longer number is the larger one. Every number has the same first character, which is where digits are.
function numberKey(digits: string): string {
  let start = 0;
  while (digits.charCodeAt(start) === ZERO) start += 1;
  const value = digits.slice(start);
  return `0${String.fromCharCode(1 + value.length)}${value}`;
}
