import { Check, Copy, QrCode as QrIcon, Share2 } from 'lucide-react';
import { lazy, Suspense, useId, useRef, useState } from 'react';

import { useAnnounce } from '../tab/use-announcer.ts';
import { Button } from '../ui/button.tsx';

// Most links are copied: who doesn't ask for the code doesn't load what draws it.
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** Milliseconds that a button says `Copied`. */
const COPIED_TIME = 2_500;

/** The link, and the ways to get it to somebody. */
export function LinkField({ link, name }: { readonly link: string; readonly name: string }) {
  const id = useId();
  const [showCode, setShowCode] = useState(false);
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Link
      </label>
      <CopyRow id={id} link={link} />
      <div className="actions">
        {'share' in navigator && (
          <Button icon={Share2} onClick={() => void shareLink(link, name)}>
            Share
          </Button>
        )}
        <Button icon={QrIcon} aria-expanded={showCode} onClick={() => setShowCode(!showCode)}>
          {showCode ? 'Hide the QR code' : 'QR code'}
        </Button>
      </div>
      {showCode && (
        <Suspense fallback={<p className="detail">Drawing the code.</p>}>
          <QrCode text={link} />
        </Suspense>
      )}
    </div>
  );
}

function CopyRow({ id, link }: { readonly id: string; readonly link: string }) {
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      announce('Link copied.');
      setCopied(true);
      setTimeout(() => setCopied(false), COPIED_TIME);
    } catch {
      // The browser said no: what is selected can still be copied by hand.
      input.current?.select();
      announce('The browser did not allow copying. The link is selected: copy it by hand.');
    }
  };
  return (
    <div className="copy-row">
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
      <Button
        kind="primary"
        icon={copied ? Check : Copy}
        className="copy-button"
        onClick={() => void copy()}
      >
        {copied ? 'Copied' : 'Copy link'}
      </Button>
    </div>
  );
}

async function shareLink(url: string, title: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch {
    // Closing the share sheet rejects as well; the link is still there to be copied.
  }
}
