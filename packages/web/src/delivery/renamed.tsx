import type { ManifestEntry } from '@burritoshare/core';
import { useMemo } from 'react';

import { formatCount } from '../ui/format.ts';
import { Names } from '../ui/name-list.tsx';

interface RenamedProps {
  readonly entries: readonly ManifestEntry[];
  /** The names on the sender's disk, by index; only the sender has them, and not after a reload. */
  readonly chosenPaths?: readonly string[] | undefined;
}

/** The names that the sender's browser had to change. The list marks each of them. */
export function Renamed({ entries, chosenPaths = [] }: RenamedProps) {
  const renamed = useMemo(
    () => Array.from(entries.entries()).filter(([, entry]) => entry.renamed === true),
    [entries],
  );
  const [first] = renamed;
  if (first === undefined) return null;
  const [index, { path }] = first;
  const was = renamed.length === 1 ? chosenPaths[index] : undefined;
  return (
    <p className="detail" data-testid="renamed">
      {renamed.length === 1
        ? '1 name was changed, so that any computer can keep it: '
        : `${formatCount(renamed.length, 'name')} were changed, so that any computer can keep them: `}
      {was === undefined ? (
        <Names paths={renamed.map(([, entry]) => entry.path)} />
      ) : (
        <>
          <bdi className="strong">{was}</bdi> is now <bdi className="strong">{path}</bdi>
        </>
      )}
      .
    </p>
  );
}
