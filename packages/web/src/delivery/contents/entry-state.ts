import { lostFileText } from '../failures.ts';
import type { LostFile } from '../view.ts';
import { counterOf } from './selection.ts';
import type { Range, Tree } from './tree.ts';

/** What has become of an entry; `mixed` is a folder in which not all has come to the same. */
export type EntryState = 'offered' | 'skipped' | 'failed' | 'mixed';

/** The state of a single entry. */
export function stateOf(lost: LostFile | undefined): EntryState {
  if (lost === undefined) return 'offered';
  return lost.code === 'skipped' ? 'skipped' : 'failed';
}

/** Why an entry is missing, to put under its name. */
export function reasonOf(lost: LostFile | undefined): string | undefined {
  return lost && lostFileText(lost.code);
}

/** The state of any part of a tree. */
export function statesOf(tree: Tree, lostFiles: readonly LostFile[]): (range: Range) => EntryState {
  const setOf = (state: EntryState) =>
    new Set(lostFiles.filter((lost) => stateOf(lost) === state).map(({ file }) => file));
  const skipped = counterOf(tree, setOf('skipped'));
  const failed = counterOf(tree, setOf('failed'));
  return (range) => {
    const count = range.to - range.from;
    if (skipped(range) === count) return 'skipped';
    if (failed(range) === count) return 'failed';
    return skipped(range) + failed(range) === 0 ? 'offered' : 'mixed';
  };
}
