import type { ManifestEntry } from '@burritoshare/core';
import { expect, test } from 'vitest';

import { moveOf } from '../../../src/delivery/contents/tree-keys.ts';
import { createTree, shownRows } from '../../../src/delivery/contents/tree.ts';

const paths = [
  'a/b/1',
  'a/b/2',
  'a/c',
  'd/e',
  'f',
  ...Array.from({ length: 20 }, (_, at) => `g${at}`),
];
const entries = paths.map((path): ManifestEntry => ({
  kind: 'file',
  path,
  size: 1,
  modified: null,
  mediaType: '',
}));
const open = new Set(['a', 'a/b']);
const rows = shownRows(createTree(entries), open);

/** The path of the row that a key leads to, or what it does to the row that has the focus. */
function press(key: string, at: string): string | undefined {
  const active = rows.findIndex(({ path }) => path === at);
  expect(active).not.toBe(-1);
  const move = moveOf(key, rows, active, open);
  if (move === undefined) return undefined;
  return 'toggle' in move ? move.toggle : rows[move.to]?.path;
}

test.each([
  ['ArrowDown', 'a', 'a/b'],
  ['ArrowDown', 'a/b/2', 'a/c'],
  ['ArrowDown', 'g19', undefined],
  ['ArrowUp', 'd', 'a/c'],
  ['ArrowUp', 'a', undefined],
  ['Home', 'd', 'a'],
  ['Home', 'a', undefined],
  ['End', 'a/b', 'g19'],
  ['End', 'g19', undefined],
  ['PageDown', 'a', 'g3'],
  ['PageDown', 'g15', 'g19'],
  ['PageUp', 'g3', 'a'],
  ['PageUp', 'a/c', 'a'],
  ['ArrowRight', 'd', 'open'],
  ['ArrowRight', 'a', 'a/b'],
  ['ArrowRight', 'f', undefined],
  ['ArrowLeft', 'a', 'close'],
  ['ArrowLeft', 'a/b', 'close'],
  ['ArrowLeft', 'a/b/2', 'a/b'],
  ['ArrowLeft', 'a/c', 'a'],
  ['ArrowLeft', 'd', undefined],
  ['ArrowLeft', 'f', undefined],
  ['Enter', 'a', 'close'],
  ['Enter', 'd', 'open'],
  ['Enter', 'f', undefined],
  ['x', 'a', undefined],
] as const)('%s on %s: %s', (key, at, result) => {
  expect(press(key, at)).toBe(result);
});

test('in an empty tree no key does anything', () => {
  expect(moveOf('ArrowDown', [], 0, open)).toBeUndefined();
});
