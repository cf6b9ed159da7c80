import fc from 'fast-check';
import { expect, test } from 'vitest';

import { sortedByPath } from '../../../src/delivery/contents/natural-order.ts';
import { choiceOfFiles } from '../../../src/sending/source/entries.ts';

const sort = (paths: readonly string[]) => sortedByPath(paths, (path) => path);

test('numbers sort by their value, case and language don’t matter, folders stay together', () => {
  const sorted = ['a/2', 'a/10', 'a 1', 'B', 'b2', 'b10', 'b010', 'c', 'z', 'Ä', 'б', 'и'];
  expect(sort(sorted.toReversed())).toEqual([
    'a/2',
    'a/10',
    'a 1',
    'B',
    'b2',
    'b010',
    'b10',
    'c',
    'z',
    'Ä',
    'б',
    'и',
  ]);
});

test('it is a total order: the same paths in any order are sorted alike', () => {
  // Short paths of few characters, so that many differ only in case or leading zeros.
  const paths = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'A', 'ä', '0', '1', '/'), maxLength: 3 }),
    { minLength: 10, maxLength: 40, size: 'max' },
  );
  fc.assert(
    fc.property(paths, fc.infiniteStream(fc.nat()), (list, keys) => {
      const shuffled = list
        .map((path) => ({ path, key: keys.next().value }))
        .toSorted((one, other) => one.key - other.key)
        .map(({ path }) => path);
      expect(sort(shuffled)).toEqual(sort(list));
    }),
  );
});

test('files that a dialog gives in the disk’s order are listed in natural order', () => {
  const names = ['10.txt', '9.txt', 'b.txt', 'A.txt'];
  const { items } = choiceOfFiles(names.map((name) => new File(['x'], name)));
  expect(items.map(({ entry }) => entry.path)).toEqual(['9.txt', '10.txt', 'A.txt', 'b.txt']);
});
