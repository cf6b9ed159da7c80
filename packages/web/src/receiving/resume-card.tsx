import type { Manifest } from '@burritoshare/core';
import { Play } from 'lucide-react';
import { useState, type Ref } from 'react';

import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf } from '../delivery/connection-line-form.ts';
import { Contents } from '../delivery/contents.tsx';
import { ProgressBar } from '../delivery/progress-bar.tsx';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatPercent, percentOf } from '../ui/format.ts';

export interface ResumeCardProps {
  readonly manifest: Manifest;
  /** Bytes that are here. */
  readonly bytes: number;
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onResume: () => void;
  readonly onStartOver: () => void;
}

/** What an earlier visit has begun, and can go on with. */
export function ResumeCard({ manifest, bytes, headingRef, ...on }: ResumeCardProps) {
  const [chosen, setChosen] = useState(false);
  const once = (action: () => void) => () => {
    setChosen(true);
    action();
  };
  const progress = {
    bytes,
    arrived: bytes,
    total: manifest.bytes,
    speed: undefined,
    secondsLeft: undefined,
  };
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        <bdi>{manifest.name}</bdi>
      </h1>
      <div className="card" data-testid="delivery" data-state="interrupted">
        <Contents entries={manifest.entries} bytes={manifest.bytes} />
        <ConnectionLine
          line={connectionLineOf('interrupted')}
          from="Sender"
          to="You"
          other="from"
          percent={percentOf(bytes, manifest.bytes)}
        />
        <div className="said" role="status">
          <p className="title">{`${formatPercent(bytes, manifest.bytes)} is here from your last visit.`}</p>
          <p className="detail">
            Resume takes only what is missing. Both copies are compared at the end, as always.
          </p>
        </div>
        <ProgressBar progress={progress} label="Delivery to you" moving={false} done={false} />
        <div className="offer">
          <Button
            kind="primary"
            className="button-large"
            icon={Play}
            data-testid="accept"
            disabled={chosen}
            onClick={once(on.onResume)}
          >
            {`Resume ${formatBytes(manifest.bytes - bytes)}`}
          </Button>
          <Button kind="quiet" disabled={chosen} onClick={once(on.onStartOver)}>
            Start over
          </Button>
        </div>
      </div>
    </>
  );
}
