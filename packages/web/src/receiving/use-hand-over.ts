import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../delivery/use-delivery.ts';
import type { HandOver } from './copy-words.ts';

/** When the files of a delivery were last handed over. `before` is the time from an earlier visit. */
export function useHandOver(
  actor: ReceiverDelivery,
  before: number | undefined,
): HandOver | undefined {
  const count = useSelector(actor, ({ context }) => context.handOvers);
  const [first] = useState(count);
  const [at, setAt] = useState<number>();
  useEffect(() => {
    if (count > first) setAt(Date.now());
  }, [count, first]);
  if (at !== undefined) return { at, isEarlier: false };
  return before === undefined ? undefined : { at: before, isEarlier: true };
}
