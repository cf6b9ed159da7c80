import type { Manifest } from '@burritoshare/core';
import { useLayoutEffect, useRef, useState } from 'react';

import { summaryOf } from '../../delivery/summary.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatDay } from '../../ui/format.ts';

/** Bundles that are shown without asking: what is new comes first on this page. */
const SHORT = 3;

/** What a row says of a bundle that was shared earlier. */
export interface EarlierRow {
  readonly id: string;
  readonly manifest: Manifest;
  /** When it was shared first, in milliseconds since 1970. */
  readonly created: number;
  /** Whether the browser gave handles on all that was chosen, or on some of it. */
  readonly hasHandles: boolean;
  /** `opening` while the person is being asked and the files are looked at. */
  readonly state: 'here' | 'elsewhere' | 'opening';
  /** Whether this tab shared it, before a reload. */
  readonly isOwn: boolean;
}

interface EarlierBundlesProps {
  readonly rows: readonly EarlierRow[];
  readonly onGoOn: (id: string) => void;
  readonly onStop: (id: string) => void;
}

/**
 * What was shared from this browser and not stopped: each can go on under its link. No names: whoever opens the page
 * may not be who shared it, and who did has the files.
 */
export function EarlierBundles({ rows, onGoOn, onStop }: EarlierBundlesProps) {
  const [open, setOpen] = useState(false);
  if (rows.length === 0) return null;
  const shown = open ? rows : rows.slice(0, SHORT);
  const isBusy = rows.some(({ state }) => state === 'opening');
  return (
    <section className="earlier" aria-label="Shared earlier">
      <ul className="rows">
        {shown.map((row) => (
          <Row
            key={row.id}
            row={row}
            isBusy={isBusy}
            onGoOn={() => onGoOn(row.id)}
            onStop={() => onStop(row.id)}
          />
        ))}
      </ul>
      {rows.length > shown.length && (
        <Button kind="quiet" onClick={() => setOpen(true)}>
          {`Show ${formatCount(rows.length - shown.length, 'other')}`}
        </Button>
      )}
    </section>
  );
}

interface RowProps {
  readonly row: EarlierRow;
  readonly isBusy: boolean;
  readonly onGoOn: () => void;
  readonly onStop: () => void;
}

function Row({ row, isBusy, onGoOn, onStop }: RowProps) {
  const { id, manifest, created, state, isOwn } = row;
  const goOn = useRef<HTMLButtonElement>(null);
  const isWanted = isOwn && state === 'here';
  useLayoutEffect(() => {
    // After a reload this is what the person came for, unless they are at something else already.
    if (isWanted && document.activeElement === document.body) goOn.current?.focus();
  }, [isWanted]);
  const textId = `earlier-${id}`;
  return (
    <li className="earlier-row" data-testid="earlier" data-state={state}>
      <div className="said" id={textId}>
        <p className="title">
          <span key={state}>
            {state === 'elsewhere' ? 'Open in another tab: ' : 'You were sharing '}
          </span>
          <span>{summaryOf(manifest.entries, manifest.bytes)}</span>
        </p>
        <p className="detail" key={nextOf(row)}>{`Since ${formatDay(created)}. ${nextOf(row)}`}</p>
      </div>
      {state !== 'elsewhere' && (
        <div className="actions">
          <Button
            ref={goOn}
            kind={isOwn ? 'primary' : 'plain'}
            aria-describedby={textId}
            aria-disabled={isBusy}
            onClick={() => isBusy || onGoOn()}
          >
            Go on sharing
          </Button>
          <Button
            aria-describedby={textId}
            aria-disabled={isBusy}
            onClick={() => isBusy || onStop()}
          >
            Stop sharing
          </Button>
        </div>
      )}
    </li>
  );
}

function nextOf({ state, hasHandles }: EarlierRow): string {
  if (state === 'elsewhere') {
    return 'It is being shared from there. Once that tab is closed, you can go on here.';
  }
  if (state === 'opening') return 'Looking for the files. Your browser may ask you first.';
  return hasHandles
    ? 'The link stays the same. Your browser may ask whether this page may open the files.'
    : 'The link stays the same. You choose the same files again.';
}
