import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../delivery/use-delivery.ts';
import type { WaitingFor } from '../delivery/view.ts';

/** Milliseconds without an answer of the server after which the page stops saying "a second or two". */
const ABSENT_AFTER = 6_000;

const SECOND = 1_000;

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

/** Whole seconds until the next attempt to connect, counting down; undefined while none is due. */
export function useRetryIn(actor: ReceiverDelivery): number | undefined {
  const delay = useSelector(actor, ({ context }) =>
    context.waitingFor === 'retry' ? context.retryDelay : undefined,
  );
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    if (delay === undefined) return undefined;
    const due = performance.now() + delay;
    const update = () => setLeft(Math.max(0, Math.ceil((due - performance.now()) / SECOND)));
    update();
    const timer = setInterval(update, SECOND / 4);
    return () => {
      clearInterval(timer);
      setLeft(undefined);
    };
  }, [delay]);
  return delay === undefined ? undefined : left;
}
