import { useLayoutEffect, useRef } from 'react';

import { Button } from '../ui/button.tsx';

interface LeaveQuestionProps {
  /** Where the address points now. */
  readonly asked: 'link' | 'start';
  readonly onStay: () => void;
  readonly onGo: () => void;
}

const WORDS = {
  link: {
    question: 'Open the other link here?',
    rest: 'What this tab is doing would be cut off. It can also be opened in a new tab.',
    go: 'Open it here',
  },
  start: {
    question: 'Leave this page?',
    rest: 'What this tab is doing would be cut off. The start page can also be opened in a new tab.',
    go: 'Leave it',
  },
} as const;

/** The address changed while something is under way in this tab: to another link, or back to no link at all. */
export function LeaveQuestion({ asked, onStay, onGo }: LeaveQuestionProps) {
  const words = WORDS[asked];
  const stay = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => stay.current?.focus(), []);
  return (
    <div className="ask leave-question" role="group" aria-labelledby="leave-question">
      <p id="leave-question" key={asked}>
        <span className="strong">{words.question}</span> <span>{words.rest}</span>
      </p>
      <div className="actions">
        <Button ref={stay} kind="primary" onClick={onStay}>
          Stay here
        </Button>
        <Button onClick={onGo}>{words.go}</Button>
      </div>
    </div>
  );
}
