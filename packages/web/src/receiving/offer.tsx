import type { ManifestEntry, SinkChoice } from '@burritoshare/core';

import { Button } from '../ui/button.tsx';
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
          disabled={sink === undefined}
          onClick={onAccept}
        >
          Take it
        </Button>
        {decline}
      </div>
      <p className="detail" key={landing}>
        {landing}
      </p>
    </div>
  );
}
