import { createManifest, type Manifest } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';

import { matchFiles } from '../../src/sending/kept/matching.ts';
import type { ChosenItem } from '../../src/sending/source/entries.ts';

const THEN = 1_700_000_000_000;

interface Looks {
  readonly size?: number;
  readonly modified?: number;
}

function chosen(path: string, { size = 3, modified = THEN }: Looks = {}): ChosenItem {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const file = new File(['x'.repeat(size)], name, { lastModified: modified });
  return { entry: { kind: 'file', path, size, modified, mediaType: '' }, file };
}

function folder(path: string): ChosenItem {
  return { entry: { kind: 'folder', path, size: 0, modified: null, mediaType: '' } };
}

function shared(items: readonly ChosenItem[]): Manifest {
  return createManifest(
    'shared',
    items.map(({ entry }) => entry),
  );
}

describe('files that are chosen again', () => {
  test('are found by their paths, in any order, among other files', () => {
    const items = [chosen('trip/a.txt'), folder('trip/empty'), chosen('trip/b/a.txt')];
    const again = [chosen('trip/new.txt'), ...items.toReversed()];

    expect(matchFiles(shared(items), again)).toEqual({
      files: [items[0]!.file, undefined, items[2]!.file],
      found: 2,
      changed: [],
      missing: [],
    });
  });

  test('are found by name, size and time if the paths differ', () => {
    const items = [chosen('trip/a.txt'), chosen('trip/b.txt')];
    const again = [chosen('b.txt'), chosen('elsewhere/a.txt')];

    expect(matchFiles(shared(items), again).files).toEqual([again[1]!.file, again[0]!.file]);
  });

  test('each stand for one file, even if several look the same', () => {
    const items = [chosen('one/same.txt'), chosen('two/same.txt')];

    const { files, missing } = matchFiles(shared(items), [chosen('same.txt')]);

    expect(files.filter((file) => file !== undefined)).toHaveLength(1);
    expect(missing).toEqual(['two/same.txt']);
  });

  test('are not taken from their own paths for another file', () => {
    const items = [chosen('lost/same.txt'), chosen('kept/same.txt')];
    const again = [chosen('kept/same.txt')];

    expect(matchFiles(shared(items), again)).toMatchObject({
      files: [undefined, again[0]!.file],
      missing: ['lost/same.txt'],
    });
  });

  test('are found under names that are invalid elsewhere', () => {
    const items = [chosen('what?.txt'), chosen('what?.txt'), chosen('con')];

    expect(matchFiles(shared(items), items)).toMatchObject({ found: 3, missing: [] });
    expect(matchFiles(shared(items), [chosen('in/a/folder/what?.txt')])).toMatchObject({
      found: 1,
    });
  });

  test.each([
    ['another size', { size: 4 }],
    ['another time', { modified: THEN + 1 }],
  ])('with %s are changed, and are handed over for the source to refuse', (_, looks) => {
    const items = [chosen('a.txt'), chosen('b.txt')];
    const again = [chosen('a.txt', looks), items[1]!];

    expect(matchFiles(shared(items), again)).toEqual({
      files: [again[0]!.file, items[1]!.file],
      found: 1,
      changed: ['a.txt'],
      missing: [],
    });
  });

  test('M9 a text can be found as the file that somebody has saved; nothing else brings it back', () => {
    const text: ChosenItem = {
      entry: { kind: 'text', path: 'Text.txt', size: 3, modified: null, mediaType: '' },
    };
    const manifest = shared([chosen('a.txt'), text]);
    expect(matchFiles(manifest, [chosen('a.txt')])).toMatchObject({
      found: 1,
      missing: ['Text.txt'],
    });
    expect(matchFiles(manifest, [chosen('a.txt'), chosen('Text.txt')]).missing).toEqual([]);
  });

  test('match with any time if the manifest has none', () => {
    const manifest = shared([chosen('a.txt', { modified: Number.NaN })]);
    expect(matchFiles(manifest, [chosen('a.txt')])).toMatchObject({ found: 1, changed: [] });
  });

  test('are missing if nothing was chosen', () => {
    expect(matchFiles(shared([chosen('a.txt'), folder('b')]), [])).toEqual({
      files: [undefined, undefined],
      found: 0,
      changed: [],
      missing: ['a.txt'],
    });
  });
});
