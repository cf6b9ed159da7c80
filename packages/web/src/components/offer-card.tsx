import type { Manifest, SaveMethod, SinkChoice } from '@burritoshare/core';
import type { Ref } from 'react';

import { pathOf, placeOf } from '../app/path-form.ts';
import { isSingleFile } from '../app/summary.ts';
import {
  isArrived,
  isOngoing,
  isUnderWay,
  isUnsuccessful,
  type DeliveryView,
  type HandedOver,
  type ReceiverPhase,
  type WaitingFor,
} from '../app/view.ts';
import { receiverWords } from '../app/words.ts';
import { Arrived } from './arrived.tsx';
import { Button } from './button.tsx';
import { Contents } from './contents.tsx';
import { LostFiles } from './lost-files.tsx';
import { Offer } from './offer.tsx';
import { Path } from './path.tsx';
import { Failure } from './problem.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Receipt } from './receipt.tsx';

export interface OfferCardProps {
  readonly view: DeliveryView;
  readonly phase: ReceiverPhase;
  readonly waitingFor: WaitingFor;
  /** Undefined until the offer has come. */
  readonly manifest: Manifest | undefined;
  readonly sink: SinkChoice | undefined;
  readonly handedOver: HandedOver;
  /** The browser has a picker for folders. */
  readonly canPickFolder: boolean;
  /** Takes the focus when what had it is gone. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onAccept: () => void;
  readonly onCancel: () => void;
  readonly onSave: (method: SaveMethod) => void;
  readonly onDiscard: () => void;
  /** After an end without the files: from the start, through the same link. */
  readonly onRetry: () => void;
}

/** The receiver's page: the bundle's card, seen from the other side. */
export function OfferCard(props: OfferCardProps) {
  const { manifest, headingRef } = props;
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        {manifest === undefined ? 'Somebody has something for you' : <bdi>{manifest.name}</bdi>}
      </h1>
      <div className="card" data-testid="delivery" data-state={props.view.state}>
        {manifest !== undefined && <Contents entries={manifest.entries} bytes={manifest.bytes} />}
        <Status {...props} />
        <LostFiles files={props.view.lostFiles} />
        <Next {...props} />
        {props.view.receipt !== undefined && (
          <Receipt receipt={props.view.receipt} other="The sender" />
        )}
      </div>
    </>
  );
}

function Status({ view, phase, waitingFor, handedOver, manifest }: OfferCardProps) {
  const { state, progress, failure } = view;
  const { title, detail } = receiverWords({ ...view, phase, waitingFor, handedOver });
  const done = state === 'complete';
  return (
    <>
      <Path
        path={pathOf(state, waitingFor)}
        from="Sender"
        to="You"
        other="from"
        percent={manifest === undefined ? undefined : placeOf(state, progress)}
      />
      <div className="said" role="status">
        <p className="title">{title}</p>
        {failure === undefined ? (
          <p className="detail">{detail}</p>
        ) : (
          <Failure code={failure} role="receiver" />
        )}
      </div>
      {(done || isUnderWay(state)) && (
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
  if (phase === 'offered') return <Offer {...props} bytes={manifest?.bytes ?? 0} />;
  if (isArrived(phase)) {
    return (
      <Arrived
        {...props}
        phase={phase}
        single={isSingleFile(manifest?.entries ?? [], view.lostFiles)}
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
    <div className="actions actions-middle">
      <Button kind="quiet" onClick={props.onCancel}>
        Cancel
      </Button>
    </div>
  ) : null;
}
