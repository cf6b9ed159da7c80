import type { ReactNode } from 'react';

import { Burrito } from '../art/burrito.tsx';
import { styleAt } from '../ui/style-at.ts';
import { gapAlong, type ConnectionLineView } from './connection-line-form.ts';

interface ConnectionLineProps {
  readonly line: ConnectionLineView;
  /** Who hands over, and who takes; the same two ends in the same order on both pages. */
  readonly from: string;
  readonly to: string;
  /** 0 to 100: how far the bundle has come; undefined where there is none on its way. */
  readonly percent?: number | undefined;
  /** The bar, from acceptance on: it lies on the line. */
  readonly children?: ReactNode;
}

/** What the connection is right now, as a picture: you, a line, them. Their names stand at its ends. */
export function ConnectionLine({ line, from, to, percent, children }: ConnectionLineProps) {
  const { form, words } = line;
  const gap = gapAlong(percent);
  const side = form === 'broken' && gap > (percent ?? 0) ? ' line-broken-ahead' : '';
  return (
    <div className={`line line-${form}${side}`} style={styleAt(percent ?? 0, gap)}>
      <span className="line-picture" role="img" aria-label={`${from} to ${to}: ${words}`}>
        <span className="line-run line-before" />
        {(form === 'broken' || form === 'relayed') && <span className="line-run line-after" />}
        {form === 'relayed' && <Knot />}
      </span>
      {children}
      {percent !== undefined && form !== 'done' && (
        <span className="line-bundle">
          <Burrito />
        </span>
      )}
    </div>
  );
}

function Knot() {
  return (
    <svg className="line-knot" viewBox="0 0 56 28" aria-hidden="true" focusable="false">
      <path d="M1 14c14 0 34-2 34-8 0-7-14-7-14 0 0 8 14 8 14 16 0 7-14 7-14 0 0-6 20-8 34-8" />
    </svg>
  );
}
