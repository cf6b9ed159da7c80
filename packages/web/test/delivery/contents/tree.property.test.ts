import { cleanPaths, FILES_MAX, hasBytes, type ManifestEntry } from '@burritoshare/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { sortedByPath } from '../../../src/delivery/contents/natural-order.ts';
import {
  createTree,
  firstOpen,
  isOpenable,
  rowsBelow,
  shownRows,
  topRows,
  type Row,
  type Tree,
} from '../../../src/delivery/contents/tree.ts';

function file(path: string, size = 1): ManifestEntry {
  return { kind: 'file', path, size, modified: null, mediaType: '' };
}

/** Few names, so that many paths share folders; some differ only in case or in zeros. */
const names = fc.constantFrom('a', 'A', 'b', '1', '01', '2', '10', 'ä', 'ß', '旅行', '🌽', 'b.txt');
const paths = fc.array(names, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const manifests: fc.Arbitrary<readonly ManifestEntry[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({ path: paths, size: fc.nat(1e9) })
        .map(({ path, size }) => file(path, size)),
    },
    { weight: 1, arbitrary: paths.map((path) => ({ kind: 'text' as const, path, size: 3 })) },
    { weight: 1, arbitrary: paths.map((path) => ({ kind: 'folder' as const, path })) },
    // What no manifest has: the tree is drawn all the same.
    {
      weight: 1,
      arbitrary: fc.string({ unit: fc.constantFrom('/', 'a', ' ', '.') }).map((path) => file(path)),
    },
  ),
  { maxLength: 40 },
);

/** Every row there is. */
function allRows(tree: Tree): readonly Row[] {
  const open = new Set<string>();
  const folders = topRows(tree).filter(isOpenable);
  for (const folder of folders) {
    open.add(folder.path);
    folders.push(...rowsBelow(tree, folder).filter(isOpenable));
  }
  return shownRows(tree, open);
}

/** The row that a row lies in, by what was shown before it. */
function folderOf(rows: readonly Row[], index: number): Row | undefined {
  return rows.slice(0, index).findLast(({ level }) => level < rows[index]!.level);
}

const sizeOf = (entry: ManifestEntry) => (hasBytes(entry) ? entry.size : 0);

describe('any contents', () => {
  test('every entry is in the tree once, in natural order', () => {
    fc.assert(
      fc.property(manifests, (entries) => {
        const tree = createTree(entries);
        const listed = allRows(tree).flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
        expect(listed.toSorted((a, b) => a - b)).toEqual([...entries.keys()]);
        expect(listed.map((index) => entries[index]!.path)).toEqual(
          sortedByPath(entries, ({ path }) => path).map(({ path }) => path),
        );
      }),
    );
  });

  test('the order of the manifest makes no difference', () => {
    fc.assert(
      fc.property(manifests, fc.infiniteStream(fc.nat()), (entries, keys) => {
        // Of two equal paths the first one stays the first.
        const unique = [...new Map(entries.map((entry) => [entry.path, entry])).values()];
        const shuffled = unique
          .map((entry) => ({ entry, key: keys.next().value }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ entry }) => entry);
        const pathsIn = (list: readonly ManifestEntry[]) =>
          allRows(createTree(list)).map(({ path, level, kind }) => [path, level, kind]);
        expect(pathsIn(shuffled)).toEqual(pathsIn(unique));
      }),
    );
  });

  test('a row has the path, the sums and the place of what lies in it', () => {
    fc.assert(
      fc.property(manifests, (entries) => {
        const rows = allRows(createTree(entries));
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
        for (const [index, row] of rows.entries()) {
          const folder = folderOf(rows, index);
          expect(row.level).toBe((folder?.level ?? 0) + 1);
          expect(row.path).toBe(folder === undefined ? row.name : `${folder.path}/${row.name}`);
          const beside = rows.filter(
            (other, at) => other.level === row.level && folderOf(rows, at) === folder,
          );
          expect(row.siblings).toBe(beside.length);
          expect(beside[row.position - 1]).toBe(row);

          const inside = isOpenable(row)
            ? entries.filter(({ path }) => path.startsWith(`${row.path}/`))
            : [entries[row.entry!]!];
          expect(row.to - row.from).toBe(inside.length);
          expect(row.bytes).toBe(inside.reduce((sum, entry) => sum + sizeOf(entry), 0));
          expect(row.files).toBe(inside.filter(hasBytes).length);
        }
      }),
    );
  });

  test('what is shown is what lies in open folders only', () => {
    fc.assert(
      fc.property(manifests, fc.infiniteStream(fc.boolean()), (entries, coin) => {
        const tree = createTree(entries);
        const all = allRows(tree);
        const open = new Set(
          all.filter((row) => isOpenable(row) && coin.next().value).map(({ path }) => path),
        );
        const isInOpen = (index: number): boolean => {
          const folder = folderOf(all, index);
          return folder === undefined || (open.has(folder.path) && isInOpen(all.indexOf(folder)));
        };
        expect(shownRows(tree, open)).toEqual(all.filter((_, index) => isInOpen(index)));
      }),
    );
  });

  test('what is open at first fits, or leads to the first file', () => {
    fc.assert(
      fc.property(manifests, (entries) => {
        const tree = createTree(entries);
        const rows = shownRows(tree, firstOpen(tree));
        const all = allRows(tree);
        expect(all.length <= 40 ? rows : all).toEqual(all);
        expect(rows.length > 0).toBe(entries.length > 0);
      }),
    );
  });
});

test('folders stand among files, numbers go by value, and language doesn’t matter', () => {
  const order = ['a 2/x', 'a 10', 'B/1', 'b 1', 'Z', 'Ä', 'я'];
  const rows = topRows(createTree(order.toReversed().map((path) => file(path))));
  expect(rows.map(({ name }) => name)).toEqual(['a 2', 'a 10', 'B', 'b 1', 'Z', 'Ä', 'я']);
});

test('folders that differ only in case stay two, as the manifest has them', () => {
  const tree = createTree(['A/1', 'a/2', 'A/3'].map((path) => file(path)));
  expect(allRows(tree).map(({ path }) => path)).toEqual(['A', 'A/1', 'A/3', 'a', 'a/2']);
});

describe('large contents', () => {
  test('a path of 512 levels is opened down to its file', () => {
    const path = `${'a/'.repeat(511)}b`;
    expect(cleanPaths([path])).toEqual([path]);
    const tree = createTree([file(path, 7), file(`${path}b`, 8)]);
    const rows = shownRows(tree, firstOpen(tree));
    expect(rows).toHaveLength(513);
    expect(rows.at(-1)).toMatchObject({
      name: 'bb',
      level: 512,
      position: 2,
      siblings: 2,
      bytes: 8,
    });
    expect(rows[0]).toMatchObject({ bytes: 15, files: 2 });
  });

  test('of thousands of deep paths only what is open is made', () => {
    // As many levels as a manifest can have: two million folders in all.
    const entries = Array.from({ length: 4_000 }, (_, index) =>
      file(`${index}/${'a/'.repeat(500)}b`),
    );
    const tree = createTree(entries);
    expect(shownRows(tree, firstOpen(tree))).toHaveLength(4_000);
    const opened = shownRows(tree, new Set(['7', '7/a']));
    expect(opened).toHaveLength(4_002);
    expect(opened.slice(7, 10).map(({ path }) => path)).toEqual(['7', '7/a', '7/a/a']);
  });

  test('a lone folder is open however much is in it, and two large ones are not', () => {
    const many = (folder: string) =>
      Array.from({ length: FILES_MAX / 2 }, (_, index) => file(`${folder}/${index}`));
    const lone = createTree([...many('a'), ...many('a')]);
    expect(shownRows(lone, firstOpen(lone))).toHaveLength(FILES_MAX + 1);
    const two = createTree([...many('a'), ...many('b')]);
    expect(shownRows(two, firstOpen(two)).map(({ path }) => path)).toEqual(['a', 'b']);
  });
});
