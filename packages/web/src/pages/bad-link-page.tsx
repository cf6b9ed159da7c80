import { Button } from '../components/button.tsx';
import { PlainPage } from '../components/plain-page.tsx';
import { useTitle } from '../hooks/use-title.ts';

const TITLES = {
  malformed: 'This link is not whole',
  version: 'This link is from another version',
} as const;

interface BadLinkPageProps {
  readonly reason: 'malformed' | 'version';
  /** To the sender's page. */
  readonly onHome: () => void;
}

/** A link that leads nowhere. */
export function BadLinkPage({ reason, onHome }: BadLinkPageProps) {
  useTitle(TITLES[reason]);
  return (
    <PlainPage title={TITLES[reason]}>
      {reason === 'malformed' ? <Malformed /> : <OtherVersion />}
      <Button onClick={onHome}>Hand over something yourself</Button>
    </PlainPage>
  );
}

function Malformed() {
  return (
    <>
      <p>Some of it is missing or has changed on its way to you, so it can’t be used.</p>
      <p className="detail">
        Ask for the link again. The part after the # belongs to it, and some programs cut it off:
        copy all of it, or use the QR code.
      </p>
    </>
  );
}

function OtherVersion() {
  return (
    <>
      <p>It was made by another version of BurritoShare, probably a newer one.</p>
      <p className="detail">
        Reload this page to get the newest version. If that doesn’t help, ask the sender to reload
        theirs and to send you a new link.
      </p>
      <Button kind="primary" onClick={() => location.reload()}>
        Reload
      </Button>
    </>
  );
}
