import type { ManifestEntry, SinkChoice } from '@burritoshare/core';

import { takeWords } from '../delivery/contents/selection.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Programs } from './programs.tsx';
import { landingWords } from './words.ts';

export interface OfferProps {
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  readonly sink: SinkChoice | undefined;
  /** The entries to take; undefined while the person doesn't choose. */
  readonly chosen: ReadonlySet<number> | undefined;
  /** Chooses entries; undefined takes them all again. */
  readonly onChoose: (chosen: ReadonlySet<number> | undefined) => void;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
}

/** Accepting, and where that will put the bytes. */
export function Offer({ entries, bytes, sink, chosen, onChoose, onAccept, onDecline }: OfferProps) {
  const landing = landingWords(sink, bytes);
  const decline = <Button onClick={onDecline}>No, thanks</Button>;
  if (sink?.kind === 'none') {
    return (
      <div className="act act-awaited">
        <Notice>
          <p>{landing}</p>
        </Notice>
        {decline}
      </div>
    );
  }
  return (
    <div className="act act-awaited">
      <Programs entries={entries} />
      <div className="actions">
        <Button
          kind="primary"
          className="button-large"
          data-testid="accept"
          disabled={sink === undefined || chosen?.size === 0}
          onClick={onAccept}
        >
          {chosen === undefined ? 'Take it' : takeWords(entries, chosen)}
        </Button>
        {entries.length > 1 && (
          <Button
            aria-expanded={chosen !== undefined}
            onClick={() => onChoose(chosen === undefined ? new Set(entries.keys()) : undefined)}
          >
            Choose which
          </Button>
        )}
        {decline}
      </div>
      <p className="detail" key={landing}>
        {landing}
      </p>
    </div>
  );
}
