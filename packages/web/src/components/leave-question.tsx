import { useEffect, useRef } from 'react';

import { Button } from './button.tsx';

interface LeaveQuestionProps {
  readonly onStay: () => void;
  readonly onGo: () => void;
}

/** Another link was opened in this tab while something is under way in it. */
export function LeaveQuestion({ onStay, onGo }: LeaveQuestionProps) {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <div className="ask leave-question" role="group" aria-labelledby="leave-question">
      <p id="leave-question">
        <span className="strong">Open the other link here?</span> What this tab is doing would be
        cut off. It can also be opened in a new tab.
      </p>
      <div className="actions">
        <Button ref={stay} kind="primary" onClick={onStay}>
          Stay here
        </Button>
        <Button onClick={onGo}>Open it here</Button>
      </div>
    </div>
  );
}
