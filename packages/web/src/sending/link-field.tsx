import { useId, useRef } from 'react';

import { useCopy } from '../tab/use-copy.ts';
import { Button } from '../ui/button.tsx';

interface LinkRowProps {
  readonly link: string;
  readonly name: string;
  readonly showsCode: boolean;
  /** Undefined where there is no room for the code. */
  readonly onShowCode: ((shows: boolean) => void) | undefined;
  /** Everybody has it: sending the link once more is not the next thing to do. */
  readonly isQuiet?: boolean;
}

/** The link, and the ways to get it to somebody. */
export function LinkRow({ link, name, showsCode, onShowCode, isQuiet = false }: LinkRowProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [copying, copy] = useCopy({
    text: link,
    words: COPY_WORDS,
    onRefused: () => input.current?.select(),
  });
  const canShare = 'share' in navigator;
  // A share sheet is how a phone sends things; elsewhere people paste.
  const sharesFirst = canShare && isPhone();
  const share = (
    <Button
      kind={sharesFirst && !isQuiet ? 'primary' : 'plain'}
      onClick={() => void shareLink(link, name)}
    >
      Share
    </Button>
  );
  return (
    <div className="link-row">
      <div className="actions">
        {sharesFirst && share}
        <Button
          kind={sharesFirst || isQuiet ? 'plain' : 'primary'}
          className="copy-button"
          onClick={() => void copy()}
        >
          {copying === 'copied' ? 'Copied' : 'Copy link'}
        </Button>
        {canShare && !sharesFirst && share}
        {onShowCode && (
          <Button kind="quiet" aria-expanded={showsCode} onClick={() => onShowCode(!showsCode)}>
            {showsCode ? 'Hide the QR code' : 'QR code'}
          </Button>
        )}
      </div>
      <div className="link-field">
        <label className="field-label" htmlFor={id}>
          Link
        </label>
        <input
          id={id}
          ref={input}
          className="link-input"
          data-testid="share-link"
          readOnly
          spellCheck={false}
          value={link}
          onFocus={(event) => event.target.select()}
        />
      </div>
    </div>
  );
}

const COPY_WORDS = {
  copied: 'Link copied.',
  refused: 'The browser did not allow copying. The link is selected: copy it by hand.',
};

function isPhone(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches;
}

async function shareLink(url: string, title: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch {
    // Closing the share sheet rejects as well; the link is still there to be copied.
  }
}
