import { deliveryStateOf } from '@burritoshare/core';
import { useCallback, useSyncExternalStore } from 'react';

import type { SenderDelivery } from '../delivery/use-delivery.ts';
import { isActive } from '../delivery/view.ts';

/** The number of a bundle's deliveries in each state. */
export interface Tally {
  readonly all: number;
  readonly active: number;
  readonly moving: number;
  readonly complete: number;
  /** Index of the newest complete one; -1 if there is none. */
  readonly newest: number;
}

/** Counts the deliveries by their state. Renders again only when a count changes. */
export function useTally(actors: readonly SenderDelivery[]): Tally {
  const subscribe = useCallback(
    (listener: () => void) => {
      const subscriptions = actors.map((actor) => actor.subscribe(listener));
      return () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      };
    },
    [actors],
  );
  // A string, since snapshots are compared by identity.
  const counts = useSyncExternalStore(subscribe, () => countsOf(actors).join(' '));
  const [active = 0, moving = 0, complete = 0, newest = -1] = counts.split(' ').map(Number);
  return { all: actors.length, active, moving, complete, newest };
}

function countsOf(actors: readonly SenderDelivery[]): readonly number[] {
  let active = 0;
  let moving = 0;
  let complete = 0;
  let newest = -1;
  for (const [index, actor] of actors.entries()) {
    const snapshot = actor.getSnapshot();
    const state = deliveryStateOf(snapshot);
    if (isActive({ state, accepted: snapshot.context.accepted === 'yes' })) active += 1;
    if (state === 'moving') moving += 1;
    if (state !== 'complete') continue;
    complete += 1;
    newest = index;
  }
  return [active, moving, complete, newest];
}
