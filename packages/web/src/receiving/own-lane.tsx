import { ConnectionLine } from '../delivery/connection-line.tsx';
import { connectionLineOf, progressAlong } from '../delivery/connection-line-form.ts';
import { Figures, ProgressBar } from '../delivery/progress-bar.tsx';
import {
  isActive,
  type DeliveryView,
  type ReceiverPhase,
  type WaitingFor,
} from '../delivery/view.ts';

interface OwnLaneProps {
  readonly view: Pick<DeliveryView, 'state' | 'accepted' | 'quiet' | 'progress'>;
  readonly phase: ReceiverPhase;
  readonly waitingFor: WaitingFor;
  /** The offer is here: there is something that can lie on the line. */
  readonly isTold: boolean;
}

/** The counter of the receiver's page: the one lane that leads to it, with its figures. */
export function OwnLane({ view, phase, waitingFor, isTold }: OwnLaneProps) {
  const { state, progress } = view;
  const line = connectionLineOf(state, waitingFor);
  const counts = isActive(view);
  return (
    <section className="counter" aria-label="The way to you">
      <div className="lane lane-own">
        <span className="lane-from">Sender</span>
        <ConnectionLine
          line={line}
          from="Sender"
          to="You"
          percent={isTold ? progressAlong(state, progress) : undefined}
        >
          {counts && <ProgressBar progress={progress} label="Delivery to you" done={false} />}
        </ConnectionLine>
        <span className="lane-to">You</span>
        <div className="lane-words">
          {counts ? (
            <Figures progress={progress} kind="page" moving={phase === 'moving' && !view.quiet} />
          ) : (
            <p className="lane-detail" key={line.words}>
              {line.words}
            </p>
          )}
        </div>
      </div>
    </section>
  );
}
