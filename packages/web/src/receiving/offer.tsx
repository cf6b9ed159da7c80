import type { ManifestEntry, SinkChoice } from '@burritoshare/core';
import { Check } from 'lucide-react';

import { Button } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Notice } from '../ui/notice.tsx';
import { Programs } from './programs.tsx';
import { landingWords } from './words.ts';

interface OfferProps {
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  readonly sink: SinkChoice | undefined;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
}

/** Accepting, and where that will put the bytes. */
export function Offer({ entries, bytes, sink, onAccept, onDecline }: OfferProps) {
  const landing = landingWords(sink, bytes);
  const decline = (
    <Button kind="quiet" onClick={onDecline}>
      No, thanks
    </Button>
  );
  if (sink?.kind === 'none') {
    return (
      <div className="offer">
        <Notice>
          <p>{landing}</p>
        </Notice>
        {decline}
      </div>
    );
  }
  return (
    <div className="offer">
      <Programs entries={entries} />
      <Button
        kind="primary"
        className="button-large"
        icon={Check}
        data-testid="accept"
        disabled={sink === undefined}
        onClick={onAccept}
      >
        {`Accept ${formatBytes(bytes)}`}
      </Button>
      <p className="detail" key={landing}>
        {landing}
      </p>
      {decline}
    </div>
  );
}
