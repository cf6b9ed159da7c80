import type { ManifestEntry } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { NOBODY_YET } from '../app/path-form.ts';
import { Contents } from './contents.tsx';
import { LinkField } from './link-field.tsx';
import { Names } from './names.tsx';
import { NameField } from './name-field.tsx';
import { Path } from './path.tsx';
import { Notice } from './problem.tsx';
import { StopSharing } from './stop-sharing.tsx';

interface BundleCardProps {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  readonly link: string;
  /** Whether a reload is survived: this browser keeps the bundle. */
  readonly kept: boolean;
  /** Paths of what could not be had again after a reload, or has changed. */
  readonly unfit: readonly string[];
  /** The signaling server can't be reached: nobody new can come. */
  readonly offline: boolean;
  readonly receivers: number;
  /** Deliveries that stopping would end. */
  readonly underWay: number;
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
  const { name, entries, bytes, link, kept, unfit, offline, underWay } = props;
  const { headingRef, onRename, onStop } = props;
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        Ready to hand over
      </h1>
      <div className="card">
        <NameField name={name} onRename={onRename} />
        <Contents entries={entries} bytes={bytes} />
        <LinkField link={link} name={name} />
        <p className="detail">
          Send the link to the people it is for: whoever has it can fetch this. Keep this tab open
          until they have everything.{' '}
          {kept
            ? 'If it closes, open this page again in this browser and go on under the same link.'
            : 'This browser can’t keep what you share: closing or reloading the tab ends the link.'}
        </p>
        {unfit.length > 0 && (
          <Notice>
            <p>
              <Names paths={unfit} /> can’t be fetched: not there any more, or changed since you
              shared it. Everything else can.
            </p>
          </Notice>
        )}
        {offline && (
          <Notice>
            <p>
              The server can’t be reached, so nobody new can come in. It is tried again and again by
              itself.
            </p>
          </Notice>
        )}
        <Receivers {...props} />
        {props.speedLimit}
        <StopSharing underWay={underWay} onStop={onStop} />
      </div>
    </>
  );
}

function Receivers({ receivers, allDelivered, children }: BundleCardProps) {
  return (
    <section className="receivers" aria-labelledby="receivers">
      <h2 className="section-title" id="receivers">
        Receivers
      </h2>
      {receivers === 0 ? (
        <div className="delivery">
          <Path path={NOBODY_YET} from="You" to="Nobody yet" other="to" />
          <div className="said">
            <p className="title">Waiting for somebody to open the link.</p>
            <p className="detail">They see what you offer, and nothing moves until they accept.</p>
          </div>
        </div>
      ) : (
        <ul className="rows">{children}</ul>
      )}
      {allDelivered && (
        <p className="done-line">
          All delivered. Safe to close this tab, or leave it open for others.
        </p>
      )}
    </section>
  );
}
