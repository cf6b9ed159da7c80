import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../delivery/use-delivery.ts';

const SECOND = 1_000;

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
