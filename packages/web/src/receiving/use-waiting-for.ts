import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../delivery/use-delivery.ts';
import type { WaitingFor } from '../delivery/view.ts';

/** Milliseconds without a server after which the page stops saying that it takes a second or two. */
const ABSENT_AFTER = 6_000;

/** What a receiver waits for; a server that stays away is told from one that is being called. */
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
