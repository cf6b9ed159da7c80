import { isOpenable, type Row } from './tree.ts';

/** Rows that Page Up and Page Down pass. */
const PAGE = 10;

/** What a key does: it moves the focus to a row, or opens or closes the row that has it. */
export type TreeMove = { readonly to: number } | { readonly toggle: 'open' | 'close' };

/**
 * What a key does in a tree, by ARIA's treegrid pattern.
 *
 * @param rows - the rows that are shown.
 * @param active - the index of the row that has the focus.
 * @returns undefined if it does nothing here.
 */
export function moveOf(
  key: string,
  rows: readonly Row[],
  active: number,
  open: ReadonlySet<string>,
): TreeMove | undefined {
  const last = rows.length - 1;
  const row = rows[active];
  if (row === undefined) return undefined;
  const isOpen = isOpenable(row) && open.has(row.path);
  switch (key) {
    case 'ArrowDown':
      return toRow(Math.min(active + 1, last), active);
    case 'ArrowUp':
      return toRow(Math.max(active - 1, 0), active);
    case 'PageDown':
      return toRow(Math.min(active + PAGE, last), active);
    case 'PageUp':
      return toRow(Math.max(active - PAGE, 0), active);
    case 'Home':
      return toRow(0, active);
    case 'End':
      return toRow(last, active);
    case 'ArrowRight':
      if (!isOpenable(row)) return undefined;
      return isOpen ? toRow(active + 1, active) : { toggle: 'open' };
    case 'ArrowLeft':
      if (isOpen) return { toggle: 'close' };
      return toRow(folderOf(rows, active), active);
    case 'Enter':
      if (!isOpenable(row)) return undefined;
      return { toggle: isOpen ? 'close' : 'open' };
    default:
      return undefined;
  }
}

function toRow(to: number, active: number): TreeMove | undefined {
  return to === active ? undefined : { to };
}

/** The index of the row that a row lies in; its own at the top. */
function folderOf(rows: readonly Row[], active: number): number {
  const level = rows[active]?.level ?? 1;
  for (let index = active - 1; index >= 0; index--)
    if ((rows[index]?.level ?? 0) < level) return index;
  return active;
}
