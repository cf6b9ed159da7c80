import { useState } from 'react';

import { Button } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';
import { unnamedWords, type UnnamedCopy } from './copy-words.ts';

/** One delivery that this browser keeps. */
export interface KeptItem extends UnnamedCopy {
  readonly id: string;
  /** Bytes of the disk. */
  readonly used: number;
}

interface KeptListProps {
  readonly items: readonly KeptItem[];
  readonly onDiscard: (id: string) => void;
}

/**
 * What has arrived in this browser and is still here. No names: whoever opens the page may not be who received it,
 * and who did has the link.
 */
export function KeptList({ items, onDiscard }: KeptListProps) {
  if (items.length === 0) return null;
  const used = items.reduce((sum, item) => sum + item.used, 0);
  return (
    <section className="kept" aria-labelledby="kept">
      <h2 id="kept" className="kept-title">
        Kept in this browser
      </h2>
      <p className="detail" key={used}>
        {`${formatBytes(used)}, within reach of others who use this browser. Open its link to see names, to save or to go on.`}
      </p>
      <ul>
        {items.map((item) => (
          <KeptRow key={item.id} item={item} onDiscard={() => onDiscard(item.id)} />
        ))}
      </ul>
    </section>
  );
}

function KeptRow({ item, onDiscard }: { readonly item: KeptItem; readonly onDiscard: () => void }) {
  const [asking, setAsking] = useState(false);
  const { title, detail } = unnamedWords(item);
  return (
    <li className="kept-row" data-testid="kept" data-state={item.state}>
      <p className="kept-name" key={title + detail}>
        {title}
        <span className="detail">{detail}</span>
      </p>
      <div className="actions">
        <Button kind="quiet" onClick={asking ? onDiscard : () => setAsking(true)}>
          {asking ? 'Discard it for good' : 'Discard'}
        </Button>
      </div>
    </li>
  );
}
