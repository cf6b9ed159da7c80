import { takenOf } from '@burritoshare/core';
import type { EntrySet, Manifest } from '@burritoshare/core';
import { useState, type Ref } from 'react';

import { Burrito } from '../art/burrito.tsx';
import { Contents } from '../delivery/contents.tsx';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatPercent } from '../ui/format.ts';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { OwnLane } from './own-lane.tsx';
import { headlineAround } from './words.ts';

export interface ResumeCardProps {
  readonly manifest: Manifest;
  /** What the person left out. */
  readonly leftOut: EntrySet;
  /** Bytes that are here. */
  readonly bytes: number;
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onResume: () => void;
  readonly onStartOver: () => void;
}

/** What an earlier visit has begun, and can go on with. */
export function ResumeCard({ manifest, leftOut, bytes, headingRef, ...on }: ResumeCardProps) {
  const total = takenOf(manifest, leftOut).bytes;
  const [chosen, setChosen] = useState(false);
  const once = (action: () => void) => () => {
    setChosen(true);
    action();
  };
  const behind = headlineAround('interrupted', undefined);
  return (
    <article className="table" data-testid="delivery" data-state="interrupted" data-path="none">
      <Ground is="masa" />
      <div className="spread spread-offer">
        <div className="words">
          <Headline text={manifest.name + behind} isAwaited headingRef={headingRef}>
            <bdi>{manifest.name}</bdi>
            {behind}
          </Headline>
          <div className="contents-line">
            <Contents entries={manifest.entries} bytes={manifest.bytes} leftOut={leftOut} />
          </div>
          <div className="said" role="status">
            <p className="title">{`${formatPercent(bytes, total)} is here from your last visit.`}</p>
            <p className="detail">Resume takes only what is missing.</p>
          </div>
          <div className="act act-awaited">
            <div className="actions">
              <Button
                kind="primary"
                className="button-large"
                data-testid="accept"
                disabled={chosen}
                onClick={once(on.onResume)}
              >
                {`Resume ${formatBytes(total - bytes)}`}
              </Button>
              <Button disabled={chosen} onClick={once(on.onStartOver)}>
                Start over
              </Button>
            </div>
          </div>
        </div>
        <div className="thing">
          <Burrito />
        </div>
      </div>
      <OwnLane view={leftOf(total, bytes)} phase="interrupted" waitingFor="sender" isTold />
    </article>
  );
}

/** What there is to see of a delivery that no machine runs yet. */
function leftOf(total: number, bytes: number): Parameters<typeof OwnLane>[0]['view'] {
  return {
    state: 'interrupted',
    accepted: true,
    quiet: false,
    progress: {
      bytes,
      arrived: bytes,
      total,
      speed: undefined,
      secondsLeft: undefined,
    },
  };
}
