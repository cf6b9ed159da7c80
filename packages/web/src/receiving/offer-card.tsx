import type { Manifest, SaveMethod, SinkChoice, Summary } from '@burritoshare/core';
import type { Ref } from 'react';

import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf, progressAlong } from '../delivery/connection-line-form.ts';
import { Contents, ContentsToCome } from '../delivery/contents.tsx';
import { Controls } from '../delivery/controls.tsx';
import { Failure } from '../delivery/failure.tsx';
import { LostFiles } from '../delivery/lost-files.tsx';
import { ProgressBar } from '../delivery/progress-bar.tsx';
import { Receipt } from '../delivery/receipt.tsx';
import { isSingleFile } from '../delivery/summary.ts';
import {
  canChooseFiles,
  isArrived,
  isOngoing,
  isActive,
  isUnsuccessful,
  type DeliveryView,
  type HandedOver,
  type ReceiverPhase,
  type WaitingFor,
} from '../delivery/view.ts';
import { Button } from '../ui/button.tsx';
import { Arrived } from './arrived.tsx';
import { placeOfCopy, type HandOver } from './copy-words.ts';
import { Offer } from './offer.tsx';
import type { SavingReport } from './saving/report.ts';
import { SavingNotes } from './saving/saving-notes.tsx';
import { receiverWords } from './words.ts';

export interface OfferCardProps {
  readonly view: DeliveryView;
  readonly phase: ReceiverPhase;
  readonly waitingFor: WaitingFor;
  /** Seconds to the next attempt at a connection; undefined while none is due. */
  readonly retryIn: number | undefined;
  /** Undefined until the offer has come. */
  readonly manifest: Manifest | undefined;
  /** What the sender has said before it: shown until the offer comes, and where it never does. */
  readonly summary: Summary | undefined;
  readonly sink: SinkChoice | undefined;
  readonly handedOver: HandedOver;
  /** When the files were last handed over; undefined if they never were. */
  readonly handOver: HandOver | undefined;
  /** What is to be said of the last saving. */
  readonly saving: SavingReport;
  /** The browser has a picker for folders. */
  readonly canPickFolder: boolean;
  /** Takes the focus when what had it is gone. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
  readonly onCancel: () => void;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onSkipFile: (file: number) => void;
  readonly onRetryFile: (file: number) => void;
  /** Gets the files that are missing, through the same link; undefined where what is here can't be added to. */
  readonly onGetMissing: (() => void) | undefined;
  readonly onSave: (method: SaveMethod) => void;
  readonly onDiscard: () => void;
  /** After an end without the files: from the start, through the same link. */
  readonly onRetry: () => void;
}

/** The receiver's page: the bundle's card, seen from the other side. */
export function OfferCard(props: OfferCardProps) {
  const { manifest, summary, headingRef, view } = props;
  const name = manifest?.name ?? summary?.name;
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        {name === undefined ? (
          <span>Somebody has something for you</span>
        ) : (
          <>
            {summary?.senderName !== undefined && (
              <>
                <bdi>{summary.senderName}</bdi> hands you{' '}
              </>
            )}
            <bdi key={name}>{name}</bdi>
          </>
        )}
      </h1>
      <div className="card" data-testid="delivery" data-state={view.state}>
        {manifest !== undefined && <Contents {...contentsOf(manifest, props)} />}
        {manifest === undefined && summary !== undefined && (
          <ContentsToCome {...summary} isAwaited={isOngoing(view.state)} />
        )}
        <Status {...props} />
        <LostFiles
          files={view.lostFiles}
          onRetry={canChooseFiles(view) ? props.onRetryFile : undefined}
        />
        <Next {...props} />
        {isArrived(props.phase) && <SavingNotes {...props.saving} />}
        {view.receipt !== undefined && <Receipt receipt={view.receipt} other="The sender" />}
      </div>
    </>
  );
}

// What has come whole can't be left out any more: files come in their order, as good as always.
function contentsOf(manifest: Manifest, { view, onSkipFile }: OfferCardProps) {
  const { entries, bytes } = manifest;
  if (!canChooseFiles(view) || entries.length < 2) return { entries, bytes };
  const lost = new Set(view.lostFiles.map(({ file }) => file));
  let end = 0;
  const ends = entries.map((entry) => (end += entry.kind === 'file' ? entry.size : 0));
  const canSkip = (file: number) =>
    entries[file]?.kind === 'file' && !lost.has(file) && (ends[file] ?? 0) > view.progress.bytes;
  return { entries, bytes, onSkip: onSkipFile, canSkip };
}

function Status(props: OfferCardProps) {
  const { view, phase, waitingFor, manifest, sink } = props;
  const { state, progress, failure } = view;
  const { title, detail } = receiverWords({ ...props, ...view, place: placeOfCopy(sink) });
  const done = state === 'complete';
  return (
    <>
      <ConnectionLine
        line={connectionLineOf(state, waitingFor)}
        from="Sender"
        to="You"
        other="from"
        percent={manifest === undefined ? undefined : progressAlong(state, progress)}
      />
      <div className="said" role="status">
        <p className="title" key={title}>
          {title}
        </p>
        {failure === undefined ? (
          <p className="detail" key={detail}>
            {detail}
          </p>
        ) : (
          <Failure code={failure} role="receiver" place={placeOfCopy(sink)} />
        )}
      </div>
      {(done || isActive(view)) && (
        <ProgressBar
          progress={progress}
          label="Delivery to you"
          moving={phase === 'moving'}
          done={done}
        />
      )}
    </>
  );
}

/** The one thing to do now. */
function Next(props: OfferCardProps) {
  const { phase, view, manifest } = props;
  if (phase === 'offered') {
    return <Offer {...props} entries={manifest?.entries ?? []} bytes={manifest?.bytes ?? 0} />;
  }
  if (isArrived(phase)) {
    return (
      <Arrived
        {...props}
        phase={phase}
        place={placeOfCopy(props.sink)}
        single={isSingleFile(manifest?.entries ?? [], view.lostFiles)}
        onGetMissing={view.lostFiles.length > 0 ? props.onGetMissing : undefined}
        saveFailed={props.handedOver === 'failed'}
      />
    );
  }
  if (isUnsuccessful(phase)) {
    return (
      <div className="actions actions-middle">
        <Button onClick={props.onRetry}>Try again</Button>
      </div>
    );
  }
  return isOngoing(view.state) ? (
    <Controls {...props} role="receiver" what="the delivery to you" />
  ) : null;
}
