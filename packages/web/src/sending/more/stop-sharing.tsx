import { useLayoutEffect, useRef, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';

interface StopSharingProps {
  /** Deliveries that stopping would end. */
  readonly active: number;
  readonly onStop: () => void;
  readonly label?: string;
}

/** Ends the link; asks first, in place, where that would cut somebody off. */
export function StopSharing({ active, onStop, label = 'Stop sharing' }: StopSharingProps) {
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const question = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useLayoutEffect(() => {
    if (asking) question.current?.focus();
    else if (wasAsking.current) first.current?.focus();
    wasAsking.current = asking;
  }, [asking]);

  if (!asking || active === 0) {
    return (
      <Button ref={first} onClick={() => (active === 0 ? onStop() : setAsking(true))}>
        {label}
      </Button>
    );
  }
  return (
    <div className="ask" role="group" aria-labelledby="stop-question">
      <p id="stop-question">
        <span className="strong">Stop now?</span>{' '}
        <span key={active}>
          {`${formatCount(active, 'delivery', undefined, 'deliveries')} on the way would be cut off, and the link stops working.`}
        </span>
      </p>
      <div className="actions">
        <Button ref={question} kind="primary" onClick={() => setAsking(false)}>
          Go on sharing
        </Button>
        <Button onClick={onStop}>{label}</Button>
      </div>
    </div>
  );
}
