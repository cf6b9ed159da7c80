import { Pause, Play, RotateCw } from 'lucide-react';

import { Button } from '../ui/button.tsx';
import { isActive, type DeliveryView, type Role } from './view.ts';

interface ControlsProps {
  readonly view: DeliveryView;
  readonly role: Role;
  /** `the delivery to Receiver 1`: for those who don't see where the buttons stand. */
  readonly what: string;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onTryNow: () => void;
  readonly onCancel: () => void;
}

/** What a person can do with a delivery that is not at its end: hold it up, hurry it, end it. */
export function Controls({ view, role, what, ...on }: ControlsProps) {
  const { state, pauses } = view;
  // Who has the full disk can make room.
  const mine = pauses.includes('me') || (role === 'receiver' && pauses.includes('disk'));
  return (
    <div className="actions actions-middle">
      {(state === 'interrupted' || state === 'waiting') && isActive(view) && (
        <Button icon={RotateCw} onClick={on.onTryNow} aria-label={`Try now to go on with ${what}`}>
          Try now
        </Button>
      )}
      {state === 'moving' && (
        <Button icon={Pause} onClick={on.onPause} aria-label={`Pause ${what}`}>
          Pause
        </Button>
      )}
      {state === 'paused' && mine && (
        <Button kind="primary" icon={Play} onClick={on.onResume} aria-label={`Continue ${what}`}>
          Continue
        </Button>
      )}
      <Button kind="quiet" onClick={on.onCancel} aria-label={`Cancel ${what}`}>
        Cancel
      </Button>
    </div>
  );
}
