import type { FinalRefusalCode } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { EmptyPlate } from '../art/plate.tsx';
import { REFUSALS } from '../delivery/failures.ts';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Counter } from './counter.tsx';
import { StopSharing } from './more/stop-sharing.tsx';

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
    <div className="table">
      <div className="spread">
        <Ground is="masa" />
        <div className="words">
          <Headline
            text={refusal === undefined ? 'Shared from another tab' : 'This link ended'}
            headingRef={headingRef}
          />
          <div className="said">
            <p className="title">{text.what}</p>
            <p className="detail">{text.safe}</p>
            <p className="next">{text.next}</p>
          </div>
          <StopSharing active={active} onStop={onStop} label="Start again" />
        </div>
        <div className="thing">
          <EmptyPlate />
        </div>
      </div>
      {receivers > 0 && (
        <Counter onClear={onClear} more={active > 0 ? speedLimit : undefined}>
          {children}
        </Counter>
      )}
    </div>
  );
}

const REPLACED = {
  what: 'Another tab or window took this link over.',
  safe: 'New receivers find that one. What is already on its way from here goes on.',
  next: 'Look for the other tab, or start again here for a new link.',
};
