import type { BundleContext, ManifestEntry } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { ConnectionLine } from '../delivery/connection-line.tsx';
import { NOBODY_YET } from '../delivery/connection-line-form.ts';
import { Contents } from '../delivery/contents.tsx';
import { Button } from '../ui/button.tsx';
import { Names } from '../ui/name-list.tsx';
import { Notice } from '../ui/notice.tsx';
import { LinkField } from './link-field.tsx';
import { NameField } from './name-field.tsx';
import { StopSharing } from './stop-sharing.tsx';

type SignalingView = BundleContext['signaling'];

interface BundleCardProps {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  /** What the entries are called on this disk, by index; empty after a reload. */
  readonly chosenPaths: readonly string[];
  readonly link: string;
  /** Whether a reload is survived: this browser keeps the bundle. */
  readonly kept: boolean;
  /** Paths of what was not found again after a reload, or has changed. */
  readonly unfit: readonly string[];
  /** How the tab stands with the signaling server: while it is `lost` or `waiting`, nobody new can come. */
  readonly server: SignalingView;
  /** Somebody tries to come in without the whole link. */
  readonly knocked: boolean;
  readonly receivers: number;
  /** Takes away the rows that have ended, never connected or wait for a place; undefined where there are none. */
  readonly onClear: (() => void) | undefined;
  /** Deliveries that stopping would end. */
  readonly active: number;
  /** Somebody has everything, and so has everybody else who accepted and did not give up. */
  readonly allDelivered: boolean;
  /** Takes the focus when the card appears. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onRename: (name: string) => void;
  readonly onStop: () => void;
  readonly speedLimit: ReactNode;
  /** A row for each receiver. */
  readonly children: ReactNode;
}

/** What is being shared: the drop area, closed. */
export function BundleCard(props: BundleCardProps) {
  const { name, entries, bytes, chosenPaths, link, kept, unfit, server, active } = props;
  const { headingRef, onRename, onStop } = props;
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        <span key={server}>
          {server === 'waiting' ? 'Almost ready to hand over' : 'Ready to hand over'}
        </span>
      </h1>
      <div className="card">
        <ServerNotice server={server} />
        <NameField name={name} onRename={onRename} />
        <Contents entries={entries} bytes={bytes} chosenPaths={chosenPaths} />
        <LinkField link={link} name={name} />
        <p className="detail">
          Send the link to the people it is for: whoever has it can fetch this. Keep this tab open
          until they have everything.{' '}
          <span key={String(kept)}>
            {kept
              ? 'If it closes, open this page again in this browser and go on under the same link. A private window forgets it.'
              : 'This browser can’t keep what you share: closing or reloading the tab ends the link.'}
          </span>
        </p>
        {unfit.length > 0 && (
          <Notice>
            <p>
              <Names paths={unfit} /> can’t be fetched: not there any more, or changed since you
              shared it. Everything else can.
            </p>
          </Notice>
        )}
        <Receivers {...props} />
        {props.speedLimit}
        <StopSharing active={active} onStop={onStop} />
      </div>
    </>
  );
}

function ServerNotice({ server }: Pick<BundleCardProps, 'server'>) {
  const text = SERVER[server];
  return text === undefined ? null : (
    <Notice>
      <p key={server}>{text}</p>
    </Notice>
  );
}

const SERVER: Readonly<Partial<Record<SignalingView, string>>> = {
  lost: 'The server can’t be reached, so nobody new can come in. It is tried again and again by itself.',
  waiting:
    'The server has no room for your link right now: too many are open there, or too many from your network. Until it has, nobody can come in. This page asks again by itself: keep it open.',
};

function Receivers({ receivers, allDelivered, knocked, onClear, children }: BundleCardProps) {
  return (
    <section className="receivers" aria-labelledby="receivers">
      <h2 className="section-title" id="receivers">
        Receivers
      </h2>
      {receivers === 0 ? (
        <div className="delivery">
          <ConnectionLine line={NOBODY_YET} from="You" to="Nobody yet" other="to" />
          <div className="said">
            <p className="title">Waiting for somebody to open the link.</p>
            <p className="detail">They see what you offer, and nothing moves until they accept.</p>
          </div>
        </div>
      ) : (
        <ul className="rows">{children}</ul>
      )}
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          Clear what isn’t under way
        </Button>
      )}
      {knocked && (
        <p className="detail" role="status">
          Somebody knocks without the whole link. They see nothing and get nothing. If a friend
          can’t come in, send them the link again.
        </p>
      )}
      {allDelivered && (
        <p className="done-line">
          All delivered. Safe to close this tab, or leave it open for others.
        </p>
      )}
    </section>
  );
}
