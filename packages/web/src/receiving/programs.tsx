import { programsIn, type ManifestEntry } from '@burritoshare/core';
import { useMemo } from 'react';

import { formatCount } from '../ui/format.ts';
import { Names } from '../ui/name-list.tsx';
import { Notice } from '../ui/notice.tsx';

/** What a computer runs or follows when it is opened, by name, before anything is accepted. */
export function Programs({ entries }: { readonly entries: readonly ManifestEntry[] }) {
  const programs = useMemo(() => programsIn(entries), [entries]);
  if (programs.length === 0) return null;
  const count = formatCount(
    programs.length,
    'program or shortcut',
    undefined,
    'programs or shortcuts',
  );
  return (
    <Notice>
      <p data-testid="programs">
        {count}: <Names paths={programs} />. Open only what you expected from this sender.
      </p>
    </Notice>
  );
}
