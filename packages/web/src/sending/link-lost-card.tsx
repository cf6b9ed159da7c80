import type { FinalRefusalCode } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { REFUSALS } from '../delivery/failures.ts';
import { Button } from '../ui/button.tsx';
import { StopSharing } from './stop-sharing.tsx';

interface LinkLostCardProps {
  /** Why the server ended it; undefined when another tab took the link over. */
  readonly refusal: FinalRefusalCode | undefined;
  readonly receivers: number;
  /** Takes away the rows that have ended, never connected or wait for a place; undefined where there are none. */
  readonly onClear: (() => void) | undefined;
  /** Deliveries that starting again would end. */
  readonly active: number;
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onStop: () => void;
  readonly speedLimit: ReactNode;
  /** A row for each receiver that had come before. */
  readonly children: ReactNode;
}

/** The link no longer leads to this tab; what is on its way goes on. */
export function LinkLostCard(props: LinkLostCardProps) {
  const { refusal, receivers, active, headingRef, onStop, onClear, speedLimit, children } = props;
  const text = refusal === undefined ? REPLACED : REFUSALS[refusal];
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        {refusal === undefined ? 'Shared from another tab' : 'This link ended'}
      </h1>
      <div className="card">
        <div className="said said-left">
          <p className="title">{text.what}</p>
          <p className="detail">{text.safe}</p>
          <p className="next">{text.next}</p>
        </div>
        {receivers > 0 && <ul className="rows">{children}</ul>}
        {onClear && (
          <Button kind="quiet" onClick={onClear}>
            Clear what isn’t under way
          </Button>
        )}
        {active > 0 && speedLimit}
        <StopSharing active={active} onStop={onStop} label="Start again" />
      </div>
    </>
  );
}

const REPLACED = {
  what: 'Another tab or window took this link over.',
  safe: 'New receivers find that one. What is already on its way from here goes on.',
  next: 'Look for the other tab, or start again here for a new link.',
};
