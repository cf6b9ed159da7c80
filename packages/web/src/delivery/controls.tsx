import { Button } from '../ui/button.tsx';
import { isActive, type DeliveryView, type Role } from './view.ts';

interface ControlsProps {
  readonly view: DeliveryView;
  readonly role: Role;
  /** `the delivery to Receiver 1`: for those who don't see where the buttons stand. */
  readonly what: string;
  readonly className?: string;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onCancel: () => void;
}

/** What a person can do with a delivery that is not at its end: hold it up, hurry it, end it. */
export function Controls({ view, role, what, className = '', ...on }: ControlsProps) {
  const { state, pauses } = view;
  // Who has the full disk can make room.
  const mine = pauses.includes('me') || (role === 'receiver' && pauses.includes('disk'));
  // On the sender's page there may be many of them: only what somebody has to press stands out.
  const kind = role === 'sender' ? 'quiet' : 'plain';
  return (
    <div className={`actions ${className}`.trim()}>
      {(state === 'interrupted' || state === 'waiting') && isActive(view) && (
        <Button kind={kind} onClick={on.onTryNow} aria-label={`Try now to go on with ${what}`}>
          Try now
        </Button>
      )}
      {state === 'moving' && (
        <Button kind={kind} onClick={on.onPause} aria-label={`Pause ${what}`}>
          Pause
        </Button>
      )}
      {state === 'paused' && mine && (
        <Button
          kind={role === 'sender' ? 'plain' : 'primary'}
          onClick={on.onResume}
          aria-label={`Continue ${what}`}
        >
          Continue
        </Button>
      )}
      <Button kind="quiet" onClick={on.onCancel} aria-label={`Cancel ${what}`}>
        Cancel
      </Button>
    </div>
  );
}
