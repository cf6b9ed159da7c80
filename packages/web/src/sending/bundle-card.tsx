import type { BundleContext, ManifestEntry } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { Contents } from '../delivery/contents.tsx';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Names } from '../ui/name-list.tsx';
import { Notice } from '../ui/notice.tsx';
import { Counter } from './counter.tsx';
import { LinkRow } from './link-field.tsx';
import { NameField } from './name-field.tsx';
import { QrCorner, useCodeShown } from './qr-corner.tsx';
import { StopSharing } from './more/stop-sharing.tsx';
import { Wrapping } from './wrapping.tsx';

type SignalingView = BundleContext['signaling'];

/** What the page says once everybody who took the bundle has it. */
export interface DeliveredView {
  readonly headline: string;
  readonly slip: ReactNode;
}

interface BundleCardProps {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  /** What the entries are called on this disk, by index; empty after a reload. */
  readonly chosenPaths: readonly string[];
  /** Undefined once it has ended, since it was for one. */
  readonly link: string | undefined;
  /** Whether a reload is survived: this browser keeps the bundle. */
  readonly kept: boolean;
  /** Paths of what was not found again after a reload, or has changed. */
  readonly unfit: readonly string[];
  /** How the tab stands with the signaling server: while it is `lost` or `waiting`, nobody new can come. */
  readonly server: SignalingView;
  /** Somebody tries to come in without the whole link. */
  readonly knocked: boolean;
  /** What is to be said of something that is handed back. */
  readonly giftNote?: ReactNode;
  /** Takes away the rows that have ended, never connected or wait for a place; undefined where there are none. */
  readonly onClear: (() => void) | undefined;
  /** Deliveries that stopping would end. */
  readonly active: number;
  /** Somebody has everything, and so has everybody else who accepted and did not give up; undefined until then. */
  readonly delivered: DeliveredView | undefined;
  /** Takes the focus when the card appears. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onRename: (name: string) => void;
  readonly onStop: () => void;
  /** Who hands it over. */
  readonly introduction?: ReactNode;
  readonly speedLimit: ReactNode;
  /** A row for each receiver. */
  readonly children: ReactNode;
}

/** What is being shared: the words and the link, and below them the counter. */
export function BundleCard(props: BundleCardProps) {
  const { server, knocked, onClear, active, delivered, onStop, speedLimit, children } = props;
  const { link, name, kept, introduction, giftNote } = props;
  const [showsCode, setShowsCode] = useCodeShown();
  const isDone = delivered !== undefined;
  return (
    <div className="table">
      <Ground is={isDone ? 'avocado' : 'masa'} />
      <div className="spread spread-sharing">
        <div className="words">
          <Title {...props} />
          {isDone ? <WhatNext isSpent={link === undefined} /> : <Bundle {...props} />}
          {!isDone && giftNote}
          {link !== undefined && (
            <LinkRow
              key="link"
              isQuiet={isDone}
              link={link}
              name={name}
              showsCode={showsCode && !isDone}
              onShowCode={isDone ? undefined : setShowsCode}
            />
          )}
          {!isDone && <Warnings {...props} />}
        </div>
        <div className="thing">
          {isDone ? (
            delivered.slip
          ) : (
            <>
              <Wrapping />
              {showsCode && link !== undefined && <QrCorner link={link} />}
            </>
          )}
        </div>
      </div>
      <Counter
        {...(link === undefined ? {} : { isOpen: server === 'joined' })}
        knocked={knocked}
        onClear={onClear}
        more={
          <>
            {link === undefined ? <SpentWords /> : <KeptWords kept={kept} />}
            {link !== undefined && introduction}
            {link !== undefined && speedLimit}
            <StopSharing
              active={active}
              onStop={onStop}
              {...(link === undefined ? { label: 'Start again' } : {})}
            />
          </>
        }
      >
        {children}
      </Counter>
    </div>
  );
}

function Title({ server, delivered, headingRef }: BundleCardProps) {
  if (delivered !== undefined)
    return <Headline text={delivered.headline} headingRef={headingRef} />;
  if (server === 'waiting') return <Headline text="Almost ready." headingRef={headingRef} />;
  return (
    <Headline text="Wrapped. Send the link." headingRef={headingRef}>
      <span className="headline-line">Wrapped.</span>{' '}
      <span className="headline-line">Send the link.</span>
    </Headline>
  );
}

function WhatNext({ isSpent }: { readonly isSpent: boolean }) {
  const link = isSpent ? ' The link has ended.' : '';
  return (
    <>
      <p className="lead">{`The same, to the last byte.${link} Safe to close this tab.`}</p>
      <div className="actions">
        {/* In a tab of its own: this one still has the link. */}
        <a className="button" href="/" target="_blank" rel="noopener">
          Hand over something else
        </a>
      </div>
    </>
  );
}

function Bundle({ name, entries, bytes, chosenPaths, onRename }: BundleCardProps) {
  return (
    <div className="bundle-line">
      <NameField name={name} onRename={onRename} />
      <Contents entries={entries} bytes={bytes} chosenPaths={chosenPaths} />
    </div>
  );
}

/** What has to be said before somebody sends the link away. */
function Warnings({ server, kept, unfit }: BundleCardProps) {
  const text = SERVER[server];
  return (
    <>
      {text !== undefined && (
        <Notice>
          <p key={server}>{text}</p>
        </Notice>
      )}
      {unfit.length > 0 && (
        <Notice>
          <p>
            <Names paths={unfit} /> can’t be fetched: not there any more, or changed since you
            shared it. Everything else can.
          </p>
        </Notice>
      )}
      <p className="detail" key={String(kept)}>
        {kept
          ? 'Keep this tab open until they have it.'
          : 'Keep this tab open: this browser can’t keep what you share, so the link ends with it.'}
      </p>
    </>
  );
}

const SERVER: Readonly<Partial<Record<SignalingView, string>>> = {
  lost: 'The server can’t be reached, so nobody new can come in. It is tried again and again by itself.',
  waiting:
    'The server has no room for your link right now. Until it has, nobody can come in. This page asks again by itself: keep it open.',
};

function SpentWords() {
  return <p className="detail">The link was for one, and has ended. Nobody can use it any more.</p>;
}

function KeptWords({ kept }: { readonly kept: boolean }) {
  return (
    <p className="detail" key={String(kept)}>
      {kept
        ? 'Whoever has the link can fetch this. If the tab closes, open this page again in this browser and go on under the same link. A private window forgets it.'
        : 'Whoever has the link can fetch this.'}
    </p>
  );
}
