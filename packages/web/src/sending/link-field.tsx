import { useId, useRef, useState } from 'react';

import { useAnnounce } from '../tab/use-announcer.ts';
import { Button } from '../ui/button.tsx';

/** Milliseconds that a button says `Copied`. */
const COPIED_TIME = 2_500;

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
  const [copied, copy] = useCopy(link, () => input.current?.select());
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
          {copied ? 'Copied' : 'Copy link'}
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

/** Copies a text; where the browser says no, `onRefused` selects it, so that it can be copied by hand. */
function useCopy(
  text: string,
  onRefused: () => void,
): readonly [copied: boolean, copy: () => Promise<void>] {
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce('Link copied.');
      setCopied(true);
      setTimeout(() => setCopied(false), COPIED_TIME);
    } catch {
      onRefused();
      announce('The browser did not allow copying. The link is selected: copy it by hand.');
    }
  };
  return [copied, copy];
}

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
