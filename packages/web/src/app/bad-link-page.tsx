import type { ReactNode } from 'react';

import type { BadLinkReason } from '../tab/page-of-fragment.ts';
import { useTitle } from '../tab/use-title.ts';
import { Button } from '../ui/button.tsx';
import { PlainPage } from '../ui/plain-page.tsx';

const TITLES: Readonly<Record<BadLinkReason, string>> = {
  damaged: 'This link was damaged on its way',
  version: 'This link is from another version',
  malformed: 'This is no link to anything',
};

const CONTENTS: Readonly<Record<BadLinkReason, () => ReactNode>> = {
  damaged: Damaged,
  version: OtherVersion,
  malformed: NoLink,
};

interface BadLinkPageProps {
  readonly reason: BadLinkReason;
  /** To the sender's page. */
  readonly onHome: () => void;
}

/** A link that leads nowhere. */
export function BadLinkPage({ reason, onHome }: BadLinkPageProps) {
  useTitle(TITLES[reason]);
  const Content = CONTENTS[reason];
  return (
    <PlainPage title={TITLES[reason]}>
      <Content />
      <Button onClick={onHome}>Hand over something yourself</Button>
    </PlainPage>
  );
}

function Damaged() {
  return (
    <>
      <p>
        Some of it is missing or has changed, so it can’t be used. The sender has not been asked.
      </p>
      <p className="detail">
        Copy it whole from where you got it, or ask for it again. All of it counts, also what is
        behind the #, and whether a letter is a capital. The QR code holds it, too.
      </p>
    </>
  );
}

function NoLink() {
  return (
    <>
      <p>What is behind the # in this address is not what BurritoShare makes.</p>
      <p className="detail">If somebody sent it to you, ask them for the link again.</p>
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
