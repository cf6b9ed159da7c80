import { useId, useRef } from 'react';

import { useCopy } from '../../tab/use-copy.ts';
import { Button } from '../../ui/button.tsx';

const COPY_WORDS = {
  copied: 'Text copied.',
  refused: 'The browser did not allow copying. The text is selected: copy it by hand.',
};

interface TextBlockProps {
  readonly path: string;
  readonly text: string;
  /** There is nothing else in the delivery: copying it is the next thing to do. */
  readonly isAlone: boolean;
}

/**
 * A text from the sender, as characters and nothing else (SPEC.md, M9): no markup is read, and no link is made of what
 * looks like one.
 */
export function TextBlock({ path, text, isAlone }: TextBlockProps) {
  const nameId = useId();
  const content = useRef<HTMLDivElement>(null);
  const [copying, copy] = useCopy({
    text,
    words: COPY_WORDS,
    onRefused: () => {
      if (content.current !== null) getSelection()?.selectAllChildren(content.current);
    },
  });
  return (
    <div className="text">
      <p className="text-name" id={nameId}>
        <bdi>{path}</bdi>
      </p>
      {/* Long texts scroll: with the keyboard, too. */}
      <div
        ref={content}
        className="text-content"
        data-testid="text-content"
        role="region"
        aria-labelledby={nameId}
        dir="auto"
        tabIndex={0}
      >
        {text}
      </div>
      {copying === 'refused' && <p className="detail">{COPY_WORDS.refused}</p>}
      <div className="actions">
        <Button
          kind={isAlone ? 'primary' : 'plain'}
          className="copy-button"
          data-testid="text-copy"
          aria-describedby={nameId}
          onClick={() => void copy()}
        >
          {copying === 'copied' ? 'Copied' : 'Copy text'}
        </Button>
      </div>
    </div>
  );
}
