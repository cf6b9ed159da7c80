import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf, progressAlong } from '../delivery/connection-line-form.ts';
import { Controls } from '../delivery/controls.tsx';
import { Failure } from '../delivery/failure.tsx';
import { LostFiles } from '../delivery/lost-files.tsx';
import { ProgressBar } from '../delivery/progress-bar.tsx';
import { Receipt } from '../delivery/receipt.tsx';
import type { DeliveryView } from '../delivery/view.ts';
import { canChooseFiles, isActive, isOngoing } from '../delivery/view.ts';
import { senderWords, waitingWords } from './words.ts';

interface DeliveryRowProps {
  /** `Receiver 1`. */
  readonly who: string;
  readonly view: DeliveryView;
  readonly onCancel: () => void;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onRetryFile: (file: number) => void;
}

/** One receiver, on the sender's page. */
export function DeliveryRow({ who, view, onRetryFile, ...handlers }: DeliveryRowProps) {
  const { state, progress, failure, receipt, lostFiles } = view;
  const { title, detail } = senderWords(view, who);
  const done = state === 'complete';
  const shown = done || isActive(view);
  return (
    <li className="delivery" data-testid="delivery" data-state={state}>
      <ConnectionLine
        line={connectionLineOf(state)}
        from="You"
        to={who}
        other="to"
        percent={progressAlong(state, progress)}
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
          <Failure code={failure} role="sender" />
        )}
      </div>
      {shown && (
        <ProgressBar
          progress={progress}
          label={`Delivery to ${who}`}
          moving={state === 'moving'}
          done={done}
        />
      )}
      <LostFiles files={lostFiles} onRetry={canChooseFiles(view) ? onRetryFile : undefined} />
      {receipt !== undefined && <Receipt receipt={receipt} other={who} />}
      {isOngoing(state) && (
        <Controls view={view} role="sender" what={`the delivery to ${who}`} {...handlers} />
      )}
    </li>
  );
}

/** Somebody for whom there is no place now: they come in by themselves. */
export function WaitingRow({ who }: Pick<DeliveryRowProps, 'who'>) {
  const { title, detail } = waitingWords(who);
  return (
    <li className="delivery" data-testid="delivery" data-state="waiting">
      <ConnectionLine line={connectionLineOf('waiting')} from="You" to={who} other="to" />
      <div className="said" role="status">
        <p className="title">{title}</p>
        <p className="detail">{detail}</p>
      </div>
    </li>
  );
}
