import { arrivedBytes, deliveryStateOf } from '@burritoshare/core';
import { useEffect, useState } from 'react';

import type { SenderDelivery } from '../delivery/use-delivery.ts';
import { percentOf } from '../ui/format.ts';

/** Milliseconds: quick enough for the tab's title. */
const UPDATE_INTERVAL = 1_000;

/** The overall progress of the deliveries that are moving, 0 to 100; undefined while none is. */
export function useOverallPercent(
  actors: readonly SenderDelivery[],
  moving: boolean,
): number | undefined {
  const [percent, setPercent] = useState<number>();
  useEffect(() => {
    if (!moving) return undefined;
    const update = () => setPercent(overallPercent(actors));
    update();
    const timer = setInterval(update, UPDATE_INTERVAL);
    return () => {
      clearInterval(timer);
      setPercent(undefined);
    };
  }, [actors, moving]);
  return percent;
}

function overallPercent(actors: readonly SenderDelivery[]): number {
  const moving = actors
    .map((actor) => actor.getSnapshot())
    .filter((snapshot) => deliveryStateOf(snapshot) === 'moving');
  const bytes = moving.reduce((sum, { context }) => sum + arrivedBytes(context), 0);
  const total = moving.reduce((sum, { context }) => sum + context.total, 0);
  return percentOf(bytes, total);
}
