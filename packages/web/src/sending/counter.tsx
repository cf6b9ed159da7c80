import { Children, type ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { NextRow } from './delivery-row.tsx';

interface CounterProps {
  /** Whether somebody else can come in now; left out where nobody can any more. */
  readonly isOpen?: boolean;
  readonly knocked?: boolean;
  readonly onClear: (() => void) | undefined;
  /** What is rare: it stands behind "More". */
  readonly more: ReactNode;
  /** A lane for each receiver. */
  readonly children: ReactNode;
}

/** The counter: a lane for each receiver, and always one for whoever is next. */
export function Counter({ isOpen, knocked = false, onClear, more, children }: CounterProps) {
  return (
    <section className="counter" aria-label="Receivers">
      <ul className="lanes">
        {children}
        {/* Whoever was next has taken the lane that was there: the one for whoever is next now is another. */}
        {isOpen !== undefined && <NextRow key={Children.count(children)} isOpen={isOpen} />}
      </ul>
      <div className="counter-foot">
        {/* Always there, so that what comes into it is spoken. */}
        <div role="status">
          {knocked && (
            <p className="detail">
              Somebody knocks without the whole link. They see nothing and get nothing. If a friend
              can’t come in, send them the link again.
            </p>
          )}
        </div>
        {onClear && (
          <Button kind="quiet" onClick={onClear}>
            Clear what isn’t under way
          </Button>
        )}
        {more !== undefined && (
          <details className="more">
            <summary>More</summary>
            <div className="more-list">{more}</div>
          </details>
        )}
      </div>
    </section>
  );
}
