import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf, NOBODY_YET, progressAlong } from '../delivery/connection-line-form.ts';
import { Controls } from '../delivery/controls.tsx';
import { Failure } from '../delivery/failure.tsx';
import { failureText } from '../delivery/failures.ts';
import { LostFiles } from '../delivery/lost-files.tsx';
import { Figures, ProgressBar } from '../delivery/progress-bar.tsx';
import type { DeliveryView } from '../delivery/view.ts';
import { canChooseFiles, isActive, isOngoing } from '../delivery/view.ts';
import { formatPercent } from '../ui/format.ts';
import { GivenBack } from './gifts/given-back.tsx';
import { senderWords, waitingWords } from './words.ts';

interface DeliveryRowProps {
  /** `Receiver 1`. */
  readonly who: string;
  readonly view: DeliveryView;
  /** Links that they have handed back. */
  readonly gifts?: readonly string[];
  /** The page's slip shows this delivery's receipt. */
  readonly isOnSlip?: boolean;
  readonly onCancel: () => void;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onRetryFile: (file: number) => void;
}

/** One receiver, on the sender's page: a lane in which line, progress and name are one thing. */
export function DeliveryRow({
  who,
  view,
  gifts = [],
  isOnSlip = false,
  onRetryFile,
  ...handlers
}: DeliveryRowProps) {
  const { state, progress, failure, lostFiles } = view;
  const done = state === 'complete';
  const shown = done || isActive(view);
  const counts = state === 'moving' && !view.quiet;
  return (
    <li className="delivery lane" data-testid="delivery" data-state={state} data-path={view.path}>
      <span className="lane-from">You</span>
      <ConnectionLine
        line={connectionLineOf(state)}
        from="You"
        to={who}
        percent={progressAlong(state, progress)}
      >
        {shown && <ProgressBar progress={progress} label={`Delivery to ${who}`} done={done} />}
      </ConnectionLine>
      <span className="lane-to">{who}</span>
      <div className="lane-words">
        {shown && <Figures progress={progress} kind={counts ? 'row' : 'none'} moving={counts} />}
        {!counts && <RowWords who={who} view={view} isOnSlip={isOnSlip} />}
      </div>
      {isOngoing(state) && (
        <Controls
          className="lane-keys"
          view={view}
          role="sender"
          what={`the delivery to ${who}`}
          {...handlers}
        />
      )}
      <div className="lane-rest">
        {/* Always there, so that what comes into it is spoken. */}
        <div role="status">
          {failure !== undefined && (
            <>
              <p className="strong">{failureText(failure, 'sender').what}</p>
              <Failure code={failure} role="sender" />
            </>
          )}
        </div>
        <LostFiles files={lostFiles} onRetry={canChooseFiles(view) ? onRetryFile : undefined} />
        <GivenBack gifts={gifts} />
      </div>
    </li>
  );
}

function RowWords({
  who,
  view,
  isOnSlip,
}: Required<Pick<DeliveryRowProps, 'who' | 'view' | 'isOnSlip'>>) {
  const { progress, receipt } = view;
  const { title, detail } = senderWords(view, who);
  const part = isActive(view) ? `${formatPercent(progress.arrived, progress.total)}, ` : '';
  return (
    <>
      <p className="lane-title" key={title}>
        {title}
      </p>
      {receipt === undefined || isOnSlip ? (
        <p className="lane-detail" key={part + detail}>
          {part + detail}
        </p>
      ) : (
        <p className="lane-detail">
          {'receipt '}
          <span data-testid="receipt">{receipt.short}</span>
        </p>
      )}
    </>
  );
}

/** Somebody for whom there is no place now: they come in by themselves. */
export function WaitingRow({ who }: Pick<DeliveryRowProps, 'who'>) {
  const { title, detail } = waitingWords(who);
  return (
    <li className="delivery lane" data-testid="delivery" data-state="waiting" data-path="none">
      <span className="lane-from">You</span>
      <ConnectionLine line={connectionLineOf('waiting')} from="You" to={who} />
      <span className="lane-to">{who}</span>
      <div className="lane-words">
        <p className="lane-title">{title}</p>
        <p className="lane-detail">{detail}</p>
      </div>
    </li>
  );
}

/** The lane that is always there: for whoever opens the link next. */
export function NextRow({ isOpen }: { readonly isOpen: boolean }) {
  const text = isOpen ? 'the link is open' : 'nobody can come in yet';
  return (
    <li className="lane lane-next">
      <span className="lane-from">You</span>
      <ConnectionLine line={NOBODY_YET} from="You" to="whoever is next" />
      <span className="lane-to">whoever is next</span>
      <div className="lane-words">
        <p className="lane-detail" key={text}>
          {text}
        </p>
      </div>
    </li>
  );
}
