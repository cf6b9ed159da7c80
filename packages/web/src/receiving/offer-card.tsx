import { hasBytes, hasPiece, leftOutBy } from '@burritoshare/core';
import type { EntryRange, Manifest } from '@burritoshare/core';
import { useState } from 'react';

import { Burrito } from '../art/burrito.tsx';
import { EmptyPlate } from '../art/plate.tsx';
import { Contents, ContentsToCome } from '../delivery/contents.tsx';
import { Controls } from '../delivery/controls.tsx';
import { Failure } from '../delivery/failure.tsx';
import { LostFiles } from '../delivery/lost-files.tsx';
import {
  canChooseFiles,
  isActive,
  isArrived,
  isOngoing,
  isUnsuccessful,
  type ReceiverPhase,
} from '../delivery/view.ts';
import { Button } from '../ui/button.tsx';
import { EditedLine } from '../ui/edited-line.tsx';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Arrived, type ArrivedProps } from './arrived.tsx';
import { placeOfCopy } from './copy-words.ts';
import { GiveBack } from './gifts/give-back.tsx';
import { Offer, type OfferProps } from './offer.tsx';
import { OwnLane } from './own-lane.tsx';
import { FOR_YOU, headlineAround, receiverWords } from './words.ts';

export interface OfferCardProps extends Omit<ArrivedProps, 'phase'> {
  readonly phase: ReceiverPhase;
  /** What the sender calls themselves, if they do. */
  readonly senderName?: string | undefined;
  /** Takes it, but for these entries. */
  readonly onAccept: (left: readonly EntryRange[]) => void;
  /** Takes an entry that was left out. */
  readonly onTakeEntry: (entry: number) => void;
  readonly onDecline: () => void;
  /** What the person calls themselves; empty if they don't say. */
  readonly ownName: string;
  /** Says who this is, while the sender is asked: it helps them to say yes. */
  readonly onIntroduce: (name: string) => void;
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

/** The entries to take; undefined while the person doesn't choose. */
type Chosen = ReadonlySet<number> | undefined;

function OnItsWay(props: OfferCardProps) {
  const { manifest, summary, view, phase, waitingFor } = props;
  // A choice is for the offer that the person sees.
  const [choice, setChoice] = useState<{ readonly manifest: Manifest; readonly chosen: Chosen }>();
  const chosen = choice?.manifest === manifest ? choice?.chosen : undefined;
  const choose = (next: Chosen) => manifest !== undefined && setChoice({ manifest, chosen: next });

  const isWaiting = phase === 'connecting' || phase === 'interrupted';
  const isGone = isUnsuccessful(phase) || (isWaiting && waitingFor === 'sender');
  return (
    <>
      <Ground is="masa" />
      <div className="spread spread-offer">
        <div className="words">
          <Title {...props} />
          {summary?.note !== undefined && isOngoing(view.state) && (
            <p className="lead note">
              <bdi>{summary.note}</bdi>
            </p>
          )}
          <div className="contents-line">
            {manifest !== undefined && (
              <Contents {...contentsOf(manifest, chosen, choose, props)} />
            )}
            {manifest === undefined && summary !== undefined && (
              <ContentsToCome {...summary} isAwaited={isOngoing(view.state)} />
            )}
          </div>
          <Status {...props} />
          <LostFiles
            files={view.lostFiles}
            onRetry={canChooseFiles(view) ? props.onRetryFile : undefined}
          />
          <Next {...props} chosen={chosen} onChoose={choose} />
        </div>
        <div className="thing">{isGone ? <EmptyPlate /> : <Burrito />}</div>
      </div>
      <OwnLane view={view} phase={phase} waitingFor={waitingFor} isTold={manifest !== undefined} />
      {/* Below everything: nothing moves when it comes. */}
      {isActive(view) && (
        <div className="counter-foot">
          <GiveBack isQuiet onGiveBack={props.onHandBack} />
        </div>
      )}
    </>
  );
}

function Title({ manifest, summary, senderName, phase, view, headingRef }: OfferCardProps) {
  const name = manifest?.name ?? summary?.name;
  const behind = headlineAround(phase, view.cancelledBy);
  const giver = behind === FOR_YOU ? senderName : undefined;
  if (name === undefined)
    return giver === undefined ? (
      <Headline text="Something for you." isAwaited headingRef={headingRef} />
    ) : (
      <Headline text={`${giver} has something for you.`} isAwaited headingRef={headingRef}>
        <bdi>{giver}</bdi> has something for you.
      </Headline>
    );
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
function contentsOf(
  manifest: Manifest,
  chosen: Chosen,
  onSelect: (chosen: Chosen) => void,
  { phase, view, onSkipFile, onTakeEntry }: OfferCardProps,
) {
  const { entries, bytes } = manifest;
  const { lostFiles, leftOut } = view;
  if (phase === 'offered' && chosen !== undefined)
    return { entries, bytes, selected: chosen, onSelect };
  const shown = { entries, bytes, lostFiles, leftOut };
  if (!canChooseFiles(view) || entries.length < 2) return shown;
  const lost = new Set(lostFiles.map(({ file }) => file));
  let end = 0;
  const ends = entries.map(
    (entry, index) => (end += hasBytes(entry) && !hasPiece(leftOut, index) ? entry.size : 0),
  );
  const canSkip = (file: number) =>
    hasBytes(entries[file]) &&
    !lost.has(file) &&
    !hasPiece(leftOut, file) &&
    (ends[file] ?? 0) > view.progress.bytes;
  return { ...shown, onSkip: onSkipFile, onTake: onTakeEntry, canSkip };
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
function Next(props: OfferCardProps & Pick<OfferProps, 'chosen' | 'onChoose'>) {
  const { phase, view, manifest, chosen } = props;
  if (phase === 'offered') {
    const { entries = [], bytes = 0 } = manifest ?? {};
    const onAccept = () =>
      props.onAccept(chosen === undefined ? [] : leftOutBy(entries.length, chosen));
    return <Offer {...props} entries={entries} bytes={bytes} onAccept={onAccept} />;
  }
  return (
    <div className="act act-awaited">
      {props.waitingFor === 'answer' && isOngoing(view.state) && (
        <EditedLine label="Your name" value={props.ownName} onChange={props.onIntroduce} />
      )}
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
