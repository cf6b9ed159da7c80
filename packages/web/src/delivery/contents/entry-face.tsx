import type { ManifestEntry } from '@burritoshare/core';
import { File, FileText, Folder } from 'lucide-react';
import type { ReactNode } from 'react';

import { Button } from '../../ui/button.tsx';

interface EntryFaceProps {
  readonly kind: ManifestEntry['kind'];
  /** The folders that are named with it; empty in a tree. */
  readonly folder?: string;
  readonly name: string;
  /** What its name was changed from; `true` where that isn't known here. */
  readonly renamedFrom?: string | true | undefined;
  /** Why it is missing. */
  readonly reason?: string | undefined;
  readonly size: string;
  readonly onSkip?: (() => void) | undefined;
  /** Whether Tab reaches its buttons. */
  readonly isTabbable?: boolean;
  /** The role of each part, in a grid. */
  readonly cell?: 'gridcell' | undefined;
  /** What stands before the icon. */
  readonly children?: ReactNode;
}

const ICONS = { file: File, text: FileText, folder: Folder };

/** An entry of a bundle, in a list or in a tree: icon, name, size and what can be done. */
export function EntryFace({
  kind,
  folder = '',
  name,
  renamedFrom,
  reason,
  size,
  onSkip,
  isTabbable = true,
  cell,
  children,
}: EntryFaceProps) {
  const Icon = ICONS[kind];
  return (
    <>
      {children}
      <Icon className="icon" aria-hidden="true" />
      <span className="entry-name" role={cell}>
        <bdi>
          <span className="entry-folder">{folder}</span>
          {name}
        </bdi>
        {renamedFrom !== undefined && (
          <span className="entry-note">
            {renamedFrom === true ? 'name changed' : 'was '}
            <bdi>{renamedFrom}</bdi>
          </span>
        )}
        {reason !== undefined && (
          <span className="entry-note" key={reason}>
            {reason}
          </span>
        )}
      </span>
      <span className="entry-size" role={cell} key={size}>
        {size}
      </span>
      {onSkip !== undefined && (
        <span role={cell}>
          <Button
            kind="quiet"
            onClick={(event) => {
              event.stopPropagation();
              onSkip();
            }}
            aria-label={`Skip ${folder}${name}`}
            tabIndex={isTabbable ? undefined : -1}
          >
            Skip
          </Button>
        </span>
      )}
    </>
  );
}
