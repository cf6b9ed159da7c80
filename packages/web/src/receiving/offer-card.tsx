import { hasBytes, type Manifest, type Summary } from '@burritoshare/core';

import { Burrito } from '../art/burrito.tsx';
import { EmptyPlate } from '../art/plate.tsx';
import { Contents, ContentsToCome } from '../delivery/contents.tsx';
import { Controls } from '../delivery/controls.tsx';
import { Failure } from '../delivery/failure.tsx';
import { LostFiles } from '../delivery/lost-files.tsx';
import {
  canChooseFiles,
  isArrived,
  isOngoing,
  isUnsuccessful,
  type ReceiverPhase,
} from '../delivery/view.ts';
import { Button } from '../ui/button.tsx';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Arrived, type ArrivedProps } from './arrived.tsx';
import { placeOfCopy } from './copy-words.ts';
import { Offer } from './offer.tsx';
import { OwnLane } from './own-lane.tsx';
import { FOR_YOU, headlineAround, receiverWords } from './words.ts';

export interface OfferCardProps extends Omit<ArrivedProps, 'phase'> {
  readonly phase: ReceiverPhase;
  /** What the sender has said before the offer: shown until it comes, and where it never does. */
  readonly summary: Summary | undefined;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
  readonly onCancel: () => void;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onSkipFile: (file: number) => void;
  readonly onRetryFile: (file: number) => void;
  /** After an end without the files: from the start, through the same link. */
  readonly onRetry: () => void;
}

/** The receiver's page: the same table, seen from the other side. */
export function OfferCard(props: OfferCardProps) {
  const { view, phase } = props;
  return (
    <article className="table" data-testid="delivery" data-state={view.state} data-path={view.path}>
      {isArrived(phase) ? <Arrived {...props} phase={phase} /> : <OnItsWay {...props} />}
    </article>
  );
}

function OnItsWay(props: OfferCardProps) {
  const { manifest, summary, view, phase, waitingFor } = props;
  const isWaiting = phase === 'connecting' || phase === 'interrupted';
  const isGone = isUnsuccessful(phase) || (isWaiting && waitingFor === 'sender');
  return (
    <>
      <Ground is="masa" />
      <div className="spread spread-offer">
        <div className="words">
          <Title {...props} />
          <div className="contents-line">
            {manifest !== undefined && <Contents {...contentsOf(manifest, props)} />}
            {manifest === undefined && summary !== undefined && (
              <ContentsToCome {...summary} isAwaited={isOngoing(view.state)} />
            )}
          </div>
          <Status {...props} />
          <LostFiles
            files={view.lostFiles}
            onRetry={canChooseFiles(view) ? props.onRetryFile : undefined}
          />
          <Next {...props} />
        </div>
        <div className="thing">{isGone ? <EmptyPlate /> : <Burrito />}</div>
      </div>
      <OwnLane view={view} phase={phase} waitingFor={waitingFor} isTold={manifest !== undefined} />
    </>
  );
}

function Title({ manifest, summary, phase, view, headingRef }: OfferCardProps) {
  const name = manifest?.name ?? summary?.name;
  if (name === undefined)
    return <Headline text="Something for you." isAwaited headingRef={headingRef} />;
  const behind = headlineAround(phase, view.cancelledBy);
  const giver = behind === FOR_YOU ? summary?.senderName : undefined;
  if (giver !== undefined)
    return (
      <Headline text={`${giver} has ${name} for you.`} isAwaited headingRef={headingRef}>
        <bdi>{giver}</bdi> has <bdi>{name}</bdi> for you.
      </Headline>
    );
  return (
    <Headline text={name + behind} isAwaited headingRef={headingRef}>
      <bdi>{name}</bdi>
      {behind}
    </Headline>
  );
}

// What has come whole can't be left out any more: files come in their order, as good as always.
function contentsOf(manifest: Manifest, { view, onSkipFile }: OfferCardProps) {
  const { entries, bytes } = manifest;
  const { lostFiles } = view;
  if (!canChooseFiles(view) || entries.length < 2) return { entries, bytes, lostFiles };
  const lost = new Set(lostFiles.map(({ file }) => file));
  let end = 0;
  const ends = entries.map((entry) => (end += hasBytes(entry) ? entry.size : 0));
  const canSkip = (file: number) =>
    hasBytes(entries[file]) && !lost.has(file) && (ends[file] ?? 0) > view.progress.bytes;
  return { entries, bytes, lostFiles, onSkip: onSkipFile, canSkip };
}

function Status(props: OfferCardProps) {
  const { view, sink } = props;
  const place = placeOfCopy(sink);
  const { title, detail } = receiverWords({ ...props, ...view, place });
  return (
    <div className="said" role="status">
      <p className="title" key={title}>
        {title}
      </p>
      {view.failure === undefined ? (
        <p className="detail" key={detail}>
          {detail}
        </p>
      ) : (
        <Failure code={view.failure} role="receiver" place={place} />
      )}
    </div>
  );
}

/** The one thing to do now. */
function Next(props: OfferCardProps) {
  const { phase, view, manifest } = props;
  if (phase === 'offered') {
    return <Offer {...props} entries={manifest?.entries ?? []} bytes={manifest?.bytes ?? 0} />;
  }
  return (
    <div className="act act-awaited">
      {isUnsuccessful(phase) ? (
        <div className="actions">
          <Button onClick={props.onRetry}>Try again</Button>
        </div>
      ) : (
        isOngoing(view.state) && <Controls {...props} role="receiver" what="the delivery to you" />
      )}
    </div>
  );
}
