import type { ManifestEntry } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { NOBODY_YET } from '../app/path-form.ts';
import { Contents } from './contents.tsx';
import { LinkField } from './link-field.tsx';
import { NameField } from './name-field.tsx';
import { Path } from './path.tsx';
import { Notice } from './problem.tsx';
import { StopSharing } from './stop-sharing.tsx';

interface BundleCardProps {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  readonly bytes: number;
  readonly link: string;
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
  /** A row for each receiver. */
  readonly children: ReactNode;
}

/** What is being shared: the drop area, closed. */
export function BundleCard(props: BundleCardProps) {
  const { name, entries, bytes, link, offline, underWay, headingRef, onRename, onStop } = props;
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
          until they have everything; closing it ends the link.
        </p>
        {offline && (
          <Notice>
            <p>
              The server can’t be reached, so nobody new can come in. It is tried again and again by
              itself.
            </p>
          </Notice>
        )}
        <Receivers {...props} />
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
