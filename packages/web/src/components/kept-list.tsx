import { Archive } from 'lucide-react';
import { useState } from 'react';

import { formatBytes, formatPercent } from '../app/format.ts';
import { Button } from './button.tsx';

/** One delivery that this browser keeps. */
export interface KeptItem {
  readonly id: string;
  readonly name: string;
  /** The link that it came by: opening it resumes or saves. */
  readonly href: string;
  readonly state: 'unfinished' | 'finished';
  /** Bytes that are here, and that there are in all. */
  readonly bytes: number;
  readonly total: number;
  /** Bytes of the disk. */
  readonly used: number;
}

interface KeptListProps {
  readonly items: readonly KeptItem[];
  readonly onDiscard: (id: string) => void;
}

/** What has arrived in this browser and was not saved, or is not whole. */
export function KeptList({ items, onDiscard }: KeptListProps) {
  if (items.length === 0) return null;
  const used = items.reduce((sum, item) => sum + item.used, 0);
  return (
    <section className="kept" aria-labelledby="kept">
      <h2 id="kept" className="kept-title">
        <Archive className="icon" aria-hidden="true" />
        Kept in this browser
      </h2>
      <p className="detail">{`${formatBytes(used)} of this device’s disk. Nobody else can see it.`}</p>
      <ul>
        {items.map((item) => (
          <KeptRow key={item.id} item={item} onDiscard={() => onDiscard(item.id)} />
        ))}
      </ul>
    </section>
  );
}

function KeptRow({ item, onDiscard }: { readonly item: KeptItem; readonly onDiscard: () => void }) {
  const { name, href, state, bytes, total } = item;
  const [asking, setAsking] = useState(false);
  return (
    <li className="kept-row" data-testid="kept" data-state={state}>
      <p className="kept-name">
        <bdi>{name}</bdi>
        <span className="detail">
          {state === 'finished'
            ? `Complete, not saved: ${formatBytes(total)}`
            : `${formatPercent(bytes, total)} of ${formatBytes(total)} is here`}
        </span>
      </p>
      <div className="actions">
        <a className="button button-plain" href={href}>
          {state === 'finished' ? 'Save' : 'Resume'}
        </a>
        <Button kind="quiet" onClick={asking ? onDiscard : () => setAsking(true)}>
          {asking ? 'Discard it for good' : 'Discard'}
        </Button>
      </div>
    </li>
  );
}
