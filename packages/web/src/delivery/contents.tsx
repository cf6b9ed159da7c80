import { hasBytes, type ManifestEntry } from '@burritoshare/core';
import { useEffect, useId, useState } from 'react';

import { Button } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';
import type { ContentsTree, EntryOptions } from './contents/contents-tree.tsx';
import { EntryFace } from './contents/entry-face.tsx';
import { reasonOf, stateOf } from './contents/entry-state.ts';
import { Renamed } from './renamed.tsx';
import { summaryOf, toldSummaryOf } from './summary.ts';

/** Entries that are shown without asking; more would push the next step off the screen. */
const SHORT = 4;

interface ContentsProps extends EntryOptions {
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
}

/** What is in a bundle: how much, and the files themselves, on demand if they are many. */
export function Contents({ entries, bytes, ...options }: ContentsProps) {
  const isShort = entries.length <= SHORT;
  const isChoosing = options.onSelect !== undefined;
  const [isOpened, setOpened] = useState(false);
  const isOpen = isChoosing || (isOpened && !isShort);
  const Tree = useTree(entries, isChoosing || !isShort, isOpen);
  const listId = useId();
  return (
    <div className="contents">
      <div className="contents-head">
        <p className="summary" data-testid="summary" data-files={entries.length} data-size={bytes}>
          {summaryOf(entries, bytes)}
        </p>
        {!isShort && !isChoosing && (
          <Button
            kind="quiet"
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            onClick={() => setOpened(!isOpened)}
          >
            {isOpen ? 'Hide the list' : 'Look inside'}
          </Button>
        )}
      </div>
      <Renamed entries={entries} chosenPaths={options.chosenPaths} />
      {isShort && !isChoosing && <ShortList entries={entries} {...options} />}
      {isOpen && Tree === 'failed' && (
        <p className="detail" role="status">
          The list can’t be loaded from the server right now. What is shared, and what moves, is not
          affected.
        </p>
      )}
      {isOpen && typeof Tree === 'function' && <Tree id={listId} entries={entries} {...options} />}
    </div>
  );
}

/**
 * The component that draws a tree, loaded apart, since many bundles have only a few files. It is loaded as soon as it
 * could be needed: later the server may be away, or have another version.
 *
 * @param isNeeded - whether it could be needed.
 * @param isAsked - whether it is to be shown: what has failed is tried again then.
 */
function useTree(
  entries: readonly ManifestEntry[],
  isNeeded: boolean,
  isAsked: boolean,
): typeof ContentsTree | 'failed' | undefined {
  const [loaded, setLoaded] = useState<{ readonly tree: typeof ContentsTree | 'failed' }>();
  const isDue = isNeeded && typeof loaded?.tree !== 'function';
  useEffect(() => {
    if (!isDue) return;
    import('./contents/contents-tree.tsx').then(
      (module) => {
        // Now, while nobody waits for it, and apart from drawing it.
        module.treeOf(entries);
        setLoaded({ tree: module.ContentsTree });
      },
      () => setLoaded({ tree: 'failed' }),
    );
  }, [isDue, isAsked, entries]);
  return loaded?.tree;
}

interface ContentsToComeProps {
  readonly files: number;
  readonly bytes: number;
  /** Whether the entries may still come: their place is kept then, so that nothing moves when they do. */
  readonly isAwaited: boolean;
}

/** What the sender says is in a bundle, where its {@link Contents} will be. */
export function ContentsToCome({ files, bytes, isAwaited }: ContentsToComeProps) {
  return (
    <div className="contents">
      <div className="contents-head">
        <p className="summary" data-testid="summary" data-files={files} data-size={bytes}>
          {toldSummaryOf(files, bytes)}
        </p>
        {isAwaited && files > SHORT && (
          <Button kind="quiet" className="to-come" disabled>
            Look inside
          </Button>
        )}
      </div>
      {isAwaited && files <= SHORT && (
        <div className="entries" aria-hidden="true">
          <ul>
            {Array.from({ length: files }, (_, file) => (
              <li className="entry entry-to-come" key={file} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** A few entries, each with its whole path: nothing to open, and nothing to load. */
function ShortList({
  entries,
  chosenPaths,
  lostFiles = [],
  onSkip,
  canSkip = () => false,
}: Pick<ContentsProps, 'entries'> & EntryOptions) {
  return (
    <div className="entries" role="region" aria-label="Files">
      <ul>
        {entries.map((entry, file) => {
          const split = entry.path.lastIndexOf('/') + 1;
          const lost = lostFiles.find((one) => one.file === file);
          return (
            <li
              className="entry"
              key={entry.path}
              data-testid="entry"
              data-path={entry.path}
              data-size={hasBytes(entry) ? entry.size : 0}
              data-state={stateOf(lost)}
            >
              <EntryFace
                kind={entry.kind}
                folder={entry.path.slice(0, split)}
                name={entry.path.slice(split)}
                size={hasBytes(entry) ? formatBytes(entry.size) : 'empty folder'}
                renamedFrom={entry.renamed === true ? (chosenPaths?.[file] ?? true) : undefined}
                reason={reasonOf(lost)}
                onSkip={onSkip !== undefined && canSkip(file) ? () => onSkip(file) : undefined}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
