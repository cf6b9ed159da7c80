import type { Manifest } from '@burritoshare/core';
import { useState } from 'react';

import { Contents } from '../../delivery/contents.tsx';
import type { LostFile } from '../../delivery/view.ts';
import { EntryPreview } from './entry-preview.tsx';
import { formatOf } from './formats.ts';
import type { ReadFile } from './preview.tsx';

interface ArrivedContentsProps {
  readonly manifest: Manifest;
  /** The files that are not here. */
  readonly lostFiles: readonly LostFile[];
  /** The same function each time. */
  readonly onRead: ReadFile;
}

const NONE: ReadonlySet<number> = new Set();

/** What has arrived, file by file; those that a browser can show have a button for it. */
export function ArrivedContents({ manifest, lostFiles, onRead }: ArrivedContentsProps) {
  const { entries, bytes } = manifest;
  // Kept here: in a tree, only the rows in sight are in the document.
  const [open, setOpen] = useState(NONE);
  const toggle = (file: number) => {
    const next = new Set(open);
    if (!next.delete(file)) next.add(file);
    setOpen(next);
  };
  const lost = new Set(lostFiles.map(({ file }) => file));
  return (
    <Contents
      entries={entries}
      bytes={bytes}
      isSummed={false}
      lostFiles={lostFiles}
      extra={(place) => {
        if (lost.has(place.file) || formatOf(place.path) === undefined) return null;
        const { file } = place;
        return (
          <EntryPreview
            {...place}
            isOpen={open.has(file)}
            onToggle={() => toggle(file)}
            onRead={onRead}
          />
        );
      }}
    />
  );
}
