import type { MouseEvent } from 'react';

import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf } from '../delivery/connection-line-form.ts';
import { Button } from '../ui/button.tsx';
import { askingWords } from './words.ts';

interface QuestionRowProps {
  /** `Receiver 1`. */
  readonly who: string;
  readonly onApprove: () => void;
  readonly onRefuse: () => void;
}

// After the first click of a double click, another row may lie under the pointer.
function once({ detail }: MouseEvent, act: () => void): void {
  if (detail <= 1) act();
}

/** Somebody who has opened the link, and is told nothing until the person has said yes. */
export function QuestionRow({ who, onApprove, onRefuse }: QuestionRowProps) {
  const { title, detail } = askingWords(who);
  return (
    <li className="delivery lane" data-testid="delivery" data-state="waiting" data-path="none">
      <span className="lane-from">You</span>
      <ConnectionLine line={connectionLineOf('waiting')} from="You" to={who} />
      <span className="lane-to">{who}</span>
      <div className="lane-words">
        <p className="lane-title">{title}</p>
        <p className="lane-detail">{detail}</p>
      </div>
      <div className="actions lane-keys">
        <Button
          data-testid="approve"
          onClick={(event) => once(event, onApprove)}
          aria-label={`Let in ${who}`}
        >
          Let in
        </Button>
        <Button
          kind="quiet"
          data-testid="decline"
          onClick={(event) => once(event, onRefuse)}
          aria-label={`Turn away ${who}`}
        >
          Turn away
        </Button>
      </div>
    </li>
  );
}
