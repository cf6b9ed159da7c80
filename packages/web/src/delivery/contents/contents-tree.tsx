import type { ManifestEntry } from '@burritoshare/core';
import { ChevronRight } from 'lucide-react';
import {
  createContext,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { Virtualizer, type CustomItemComponentProps, type VirtualizerHandle } from 'virtua';

import { formatBytes, formatCount } from '../../ui/format.ts';
import type { LostFile } from '../view.ts';
import { EntryFace } from './entry-face.tsx';
import { reasonOf, statesOf, type EntryState } from './entry-state.ts';
import { choiceOf, counterOf, toggled, type Choice } from './selection.ts';
import { moveOf } from './tree-keys.ts';
import { firstOpen, isOpenable, shownRows, treeOf, type Row } from './tree.ts';

export { treeOf };

/** Pixels of a row whose name takes one line: what the style sheet makes of it. */
const ROW_HEIGHT = 44;

/** Rows that are drawn where nothing can be measured, outside of a browser. */
const UNMEASURED_ROWS = 12;

/** What a list of entries can show of them, and do to them. */
export interface EntryOptions {
  /** The names on the sender's disk, by index; undefined on the receiver's page. */
  readonly chosenPaths?: readonly string[] | undefined;
  /** The files that did not make it. */
  readonly lostFiles?: readonly LostFile[] | undefined;
  /** Leaves a file out; undefined where that can't be done. */
  readonly onSkip?: ((file: number) => void) | undefined;
  /** Whether a file can still be left out. */
  readonly canSkip?: ((file: number) => boolean) | undefined;
  /** Indexes of the entries that are chosen; undefined takes all. */
  readonly selected?: ReadonlySet<number> | undefined;
  /** Chooses other entries. Without it there is nothing to choose. */
  readonly onSelect?: ((selected: ReadonlySet<number>) => void) | undefined;
}

interface ContentsTreeProps extends EntryOptions {
  readonly id?: string;
  readonly entries: readonly ManifestEntry[];
}

const NONE_LOST: readonly LostFile[] = [];
const NONE_CHOSEN: ReadonlySet<number> = new Set();

/** The entries of a bundle as a tree, by ARIA's treegrid pattern. Only the rows in sight are in the document. */
export function ContentsTree({ id, entries, onSelect, ...options }: ContentsTreeProps) {
  const { lostFiles = NONE_LOST, selected } = options;
  const tree = treeOf(entries);
  const [open, setOpen] = useState(() => firstOpen(tree));
  const rows = useMemo(() => shownRows(tree, open), [tree, open]);
  const stateIn = useMemo(() => statesOf(tree, lostFiles), [tree, lostFiles]);
  const lostByFile = useMemo(
    () => new Map(lostFiles.map((lost) => [lost.file, lost])),
    [lostFiles],
  );
  const isSelectable = onSelect !== undefined;
  const chosen = useMemo(
    () => (isSelectable ? (selected ?? new Set(tree.order)) : NONE_CHOSEN),
    [tree, selected, isSelectable],
  );
  const countIn = useMemo(() => counterOf(tree, chosen), [tree, chosen]);

  const [activeKey, setActiveKey] = useState<string>();
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const isFocusDue = useRef(false);

  const toggleOpen = (row: Row) => {
    const next = new Set(open);
    if (!next.delete(row.path)) next.add(row.path);
    setOpen(next);
  };
  const select = onSelect && ((row: Row) => onSelect(toggled(tree, chosen, row)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[active];
    // A button or a checkbox in the row has its own use for these.
    const isOnRow = event.target instanceof Element && event.target.getAttribute('role') === 'row';
    if (row === undefined || (!isOnRow && (event.key === 'Enter' || event.key === ' '))) return;
    if (event.key === ' ') {
      event.preventDefault();
      if (select !== undefined) select(row);
      else if (isOpenable(row)) toggleOpen(row);
      return;
    }
    const move = moveOf(event.key, rows, active, open);
    if (move === undefined) return;
    event.preventDefault();
    if ('toggle' in move) return toggleOpen(row);
    setActiveKey(rows[move.to]?.key);
    isFocusDue.current = true;
    virtualizer.current?.scrollToIndex(move.to, { align: 'nearest' });
  };
  const grid: Grid = {
    ...options,
    entries,
    rows,
    active,
    scroller,
    isFocusDue,
    isOpen: ({ path }) => open.has(path),
    stateOf: stateIn,
    choiceOf: (row) => choiceOf(row, countIn(row)),
    lostFile: (file) => lostByFile.get(file),
    onActive: ({ key }) => setActiveKey(key),
    onToggle: toggleOpen,
    onSelect: select,
  };
  return (
    <GridContext.Provider value={grid}>
      <div
        className="entries entries-tree"
        id={id}
        role="treegrid"
        aria-label="Files"
        aria-rowcount={rows.length}
        aria-multiselectable={isSelectable ? true : undefined}
        ref={scroller}
        onKeyDown={onKeyDown}
      >
        <Virtualizer
          ref={virtualizer}
          data={rows}
          item={RowFrame}
          itemSize={ROW_HEIGHT}
          {...(typeof window === 'undefined' ? { ssrCount: UNMEASURED_ROWS } : {})}
          keepMounted={[active]}
        >
          {(row) => <RowCells key={row.key} row={row} />}
        </Virtualizer>
      </div>
    </GridContext.Provider>
  );
}

/** What the rows read. */
interface Grid extends Omit<EntryOptions, 'onSelect'> {
  readonly entries: readonly ManifestEntry[];
  readonly rows: readonly Row[];
  /** The index of the row that Tab reaches. */
  readonly active: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The active row takes the focus as soon as it can. */
  readonly isFocusDue: RefObject<boolean>;
  readonly isOpen: (row: Row) => boolean;
  readonly stateOf: (row: Row) => EntryState;
  readonly choiceOf: (row: Row) => Choice;
  readonly lostFile: (file: number) => LostFile | undefined;
  readonly onActive: (row: Row) => void;
  readonly onToggle: (row: Row) => void;
  readonly onSelect: ((row: Row) => void) | undefined;
}

const GridContext = createContext<Grid | undefined>(undefined);

function RowFrame({ style, index, children, ref }: CustomItemComponentProps) {
  const grid = useContext(GridContext);
  const row = grid?.rows[index];
  const isActive = grid?.active === index;
  // A row that has just come into the document is hidden until it is measured, and can't take the focus before.
  const isHidden = style.visibility === 'hidden';
  useLayoutEffect(() => {
    if (grid === undefined || !isActive || isHidden || !grid.isFocusDue.current) return;
    grid.isFocusDue.current = false;
    const element = grid.scroller.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]');
    element?.focus({ preventScroll: true });
  });
  if (grid === undefined || row === undefined) return null;
  const isFolder = isOpenable(row);
  return (
    // Around the row, since the height that is measured is that of the content, without padding and border.
    <div ref={ref} style={style}>
      <div
        className="entry"
        style={{ '--level': row.level } as typeof style}
        role="row"
        tabIndex={isActive ? 0 : -1}
        aria-rowindex={index + 1}
        aria-level={row.level}
        aria-posinset={row.position}
        aria-setsize={row.siblings}
        aria-expanded={isFolder ? grid.isOpen(row) : undefined}
        aria-selected={grid.onSelect && grid.choiceOf(row) === 'all'}
        data-testid="entry"
        data-path={row.path}
        data-size={row.bytes}
        data-state={grid.stateOf(row)}
        onFocus={() => grid.onActive(row)}
        onClick={isFolder ? () => grid.onToggle(row) : undefined}
      >
        {children}
      </div>
    </div>
  );
}

function RowCells({ row }: { readonly row: Row }) {
  const grid = useContext(GridContext);
  if (grid === undefined) return null;
  const { onSelect, onSkip, canSkip = () => false } = grid;
  const file = row.entry;
  const entry = file === undefined ? undefined : grid.entries[file];
  const isActive = grid.rows[grid.active] === row;
  return (
    <EntryFace
      kind={row.kind}
      name={row.name}
      size={sizeOf(row)}
      renamedFrom={entry?.renamed === true ? (grid.chosenPaths?.[file ?? 0] ?? true) : undefined}
      reason={file === undefined ? undefined : reasonOf(grid.lostFile(file))}
      onSkip={
        file !== undefined && onSkip !== undefined && canSkip(file)
          ? () => {
              // The button goes, and with it the focus.
              grid.isFocusDue.current = true;
              onSkip(file);
            }
          : undefined
      }
      isTabbable={isActive}
      cell="gridcell"
    >
      {onSelect !== undefined && (
        <Checkbox
          name={row.name}
          choice={grid.choiceOf(row)}
          isTabbable={isActive}
          onChange={() => onSelect(row)}
        />
      )}
      {isOpenable(row) ? (
        <ChevronRight className="icon entry-turn" aria-hidden="true" />
      ) : (
        <span className="entry-turn" />
      )}
    </EntryFace>
  );
}

interface CheckboxProps {
  readonly name: string;
  readonly choice: Choice;
  readonly isTabbable: boolean;
  readonly onChange: () => void;
}

function Checkbox({ name, choice, isTabbable, onChange }: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (input.current !== null) input.current.indeterminate = choice === 'some';
  });
  return (
    // Around the box, so that there is enough to touch. The row would open its folder for the same click.
    <span className="entry-choice" role="gridcell">
      <label onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          ref={input}
          aria-label={`Take ${name}`}
          data-testid="entry-select"
          checked={choice === 'all'}
          tabIndex={isTabbable ? 0 : -1}
          onChange={onChange}
        />
      </label>
    </span>
  );
}

/** `12 files, 340 MB` of a folder, in which texts count as files; `4.2 MB` of a file or a text. */
function sizeOf(row: Row): string {
  if (row.kind !== 'folder') return formatBytes(row.bytes);
  if (row.entry !== undefined) return 'empty folder';
  return `${formatCount(row.files, 'file')}, ${formatBytes(row.bytes)}`;
}
