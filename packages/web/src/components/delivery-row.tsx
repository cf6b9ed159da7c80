import { pathOf, placeOf } from '../app/path-form.ts';
import type { DeliveryView } from '../app/view.ts';
import { isOngoing, isUnderWay } from '../app/view.ts';
import { senderWords } from '../app/words.ts';
import { Button } from './button.tsx';
import { LostFiles } from './lost-files.tsx';
import { Path } from './path.tsx';
import { Failure } from './problem.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Receipt } from './receipt.tsx';

interface DeliveryRowProps {
  /** `Receiver 1`. */
  readonly who: string;
  readonly view: DeliveryView;
  readonly onCancel: () => void;
}

/** One receiver, on the sender's page. */
export function DeliveryRow({ who, view, onCancel }: DeliveryRowProps) {
  const { state, progress, failure, receipt, lostFiles } = view;
  const { title, detail } = senderWords(view, who);
  const done = state === 'complete';
  const shown = done || isUnderWay(state);
  return (
    <li className="delivery" data-testid="delivery" data-state={state}>
      <Path
        path={pathOf(state)}
        from="You"
        to={who}
        other="to"
        percent={placeOf(state, progress)}
      />
      <div className="said" role="status">
        <p className="title">{title}</p>
        {failure === undefined ? (
          <p className="detail">{detail}</p>
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
      <LostFiles files={lostFiles} />
      {receipt !== undefined && <Receipt receipt={receipt} other={who} />}
      {isOngoing(state) && (
        <Button kind="quiet" onClick={onCancel} aria-label={`Cancel the delivery to ${who}`}>
          Cancel
        </Button>
      )}
    </li>
  );
}
