import type { EntrySet } from '@burritoshare/core';
import { hasPiece } from '@burritoshare/core';

import { lostFileText } from '../failures.ts';
import type { LostFile } from '../view.ts';
import { counterOf } from './selection.ts';
import type { Range, Tree } from './tree.ts';

/** What has become of an entry; `mixed` is a folder in which not all has come to the same. */
export type EntryState = 'offered' | 'left-out' | 'skipped' | 'failed' | 'mixed';

/** The state of a single entry. */
export function stateOf(lost: LostFile | undefined, isLeftOut: boolean): EntryState {
  if (isLeftOut) return 'left-out';
  if (lost === undefined) return 'offered';
  return lost.code === 'skipped' ? 'skipped' : 'failed';
}

/** Why an entry is missing, to put under its name. */
export function reasonOf(lost: LostFile | undefined, isLeftOut: boolean): string | undefined {
  if (isLeftOut) return 'left out';
  return lost && lostFileText(lost.code);
}

/** The state of any part of a tree. */
export function statesOf(
  tree: Tree,
  lostFiles: readonly LostFile[],
  leftOut: EntrySet,
): (range: Range) => EntryState {
  const setOf = (state: EntryState) =>
    new Set(lostFiles.filter((lost) => stateOf(lost, false) === state).map(({ file }) => file));
  const left = counterOf(tree, { size: leftOut.size, has: (entry) => hasPiece(leftOut, entry) });
  const skipped = counterOf(tree, setOf('skipped'));
  const failed = counterOf(tree, setOf('failed'));
  return (range) => {
    const count = range.to - range.from;
    if (left(range) === count) return 'left-out';
    if (skipped(range) === count) return 'skipped';
    if (failed(range) === count) return 'failed';
    return left(range) + skipped(range) + failed(range) === 0 ? 'offered' : 'mixed';
  };
}
