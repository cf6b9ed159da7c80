import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../delivery/use-delivery.ts';
import type { WaitingFor } from '../delivery/view.ts';

/** Milliseconds without an answer of the server after which the page stops saying "a second or two". */
const ABSENT_AFTER = 6_000;

/** Whom or what a receiver waits for. After {@link ABSENT_AFTER} a silent server counts as absent. */
export function useWaitingFor(actor: ReceiverDelivery): WaitingFor {
  const waitingFor = useSelector(actor, ({ context }) => context.waitingFor);
  const [overdue, setOverdue] = useState(false);
  useEffect(() => {
    if (waitingFor !== 'server') return undefined;
    const timer = setTimeout(() => setOverdue(true), ABSENT_AFTER);
    return () => {
      clearTimeout(timer);
      setOverdue(false);
    };
  }, [waitingFor]);
  return waitingFor === 'server' && overdue ? 'absentServer' : waitingFor;
}
