import type { ManifestEntry } from '@burritoshare/core';
import { File, Folder } from 'lucide-react';
import { useId, useState } from 'react';

import { Button } from '../ui/button.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Renamed } from './renamed.tsx';
import { summaryOf, toldSummaryOf } from './summary.ts';

/** Entries that are shown without asking; more would push the next step off the screen. */
const SHORT = 4;

/** Entries added at a time: 10,000 rows at once would hold the page up for a second. */
const PAGE = 200;

interface ContentsProps {
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  /** The names on the sender's disk, by index; undefined on the receiver's page. */
  readonly chosenPaths?: readonly string[] | undefined;
  /** Leaves a file out; undefined where that can't be done. */
  readonly onSkip?: ((file: number) => void) | undefined;
  /** Whether a file can still be left out. */
  readonly canSkip?: ((file: number) => boolean) | undefined;
}

/** What is in a bundle: how much, and the files themselves on demand. */
export function Contents({ entries, bytes, chosenPaths, onSkip, canSkip }: ContentsProps) {
  const short = entries.length <= SHORT;
  const [open, setOpen] = useState(false);
  const listId = useId();
  return (
    <div className="contents">
      <div className="contents-head">
        <p className="summary" data-testid="summary" data-files={entries.length} data-size={bytes}>
          {summaryOf(entries, bytes)}
        </p>
        {!short && (
          <Button
            kind="quiet"
            aria-expanded={open}
            aria-controls={open ? listId : undefined}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide the list' : 'Show the list'}
          </Button>
        )}
      </div>
      <Renamed entries={entries} chosenPaths={chosenPaths} />
      {(short || open) && (
        <EntryList
          id={listId}
          entries={entries}
          chosenPaths={chosenPaths}
          onSkip={onSkip}
          canSkip={canSkip}
        />
      )}
    </div>
  );
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
            Show the list
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

function EntryList({
  id,
  entries,
  chosenPaths,
  onSkip,
  canSkip = () => false,
}: Omit<ContentsProps, 'bytes'> & { readonly id: string }) {
  const [shown, setShown] = useState(PAGE);
  const rest = entries.length - shown;
  return (
    <div className="entries" id={id} role="region" aria-label="Files" tabIndex={0}>
      <ul>
        {entries.slice(0, shown).map((entry, file) => (
          <EntryRow
            key={entry.path}
            entry={entry}
            was={chosenPaths?.[file]}
            onSkip={onSkip !== undefined && canSkip(file) ? () => onSkip(file) : undefined}
          />
        ))}
      </ul>
      {rest > 0 && (
        <Button kind="quiet" onClick={() => setShown(shown + PAGE)}>
          {`Show ${formatCount(Math.min(PAGE, rest), 'more file')} of ${formatCount(rest, 'other')}`}
        </Button>
      )}
    </div>
  );
}

function EntryRow({
  entry,
  was,
  onSkip,
}: {
  readonly entry: ManifestEntry;
  readonly was: string | undefined;
  readonly onSkip: (() => void) | undefined;
}) {
  const split = entry.path.lastIndexOf('/') + 1;
  const Icon = entry.kind === 'file' ? File : Folder;
  return (
    <li className="entry">
      <Icon className="icon" aria-hidden="true" />
      <span className="entry-name">
        <bdi>
          <span className="entry-folder">{entry.path.slice(0, split)}</span>
          {entry.path.slice(split)}
        </bdi>
        {entry.renamed === true && (
          <span className="entry-was">
            {was === undefined ? 'name changed' : 'was '}
            <bdi>{was}</bdi>
          </span>
        )}
      </span>
      <span className="entry-size">
        {entry.kind === 'file' ? formatBytes(entry.size) : 'empty folder'}
      </span>
      {onSkip !== undefined && (
        <Button kind="quiet" onClick={onSkip} aria-label={`Skip ${entry.path}`}>
          Skip
        </Button>
      )}
    </li>
  );
}
