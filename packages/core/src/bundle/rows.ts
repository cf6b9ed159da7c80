// The rows of the sender's page: how far each delivery is, and which rows are removed by a timer (SPEC.md, A6 to A8).

import { ABSENCE_TIMEOUT, WAITING_TIMEOUT } from '../constants.ts';
import type { BundleContext, BundleDelivery, BundleTimer } from './types.ts';

/** A6: the time for which a waiting row is shown. */
export function waitTimer(delivery: string): BundleTimer {
  return {
    id: `waiting ${delivery}`,
    delay: WAITING_TIMEOUT,
    event: { type: 'wait.expired', delivery },
  };
}

function absenceTimer(delivery: string): BundleTimer {
  return {
    id: `absent ${delivery}`,
    delay: ABSENCE_TIMEOUT,
    event: { type: 'row.expired', delivery },
  };
}

/**
 * A7: whether a row may be removed because its receiver stays away: nobody accepted it, or it ended without ever having
 * been connected.
 */
export function isAbsent(
  { members }: BundleContext,
  { stage, lane, peer }: BundleDelivery,
): boolean {
  const isIdle = stage === 'open' ? lane !== 'open' : stage === 'ended' && lane === 'never';
  return isIdle && !members.some((one) => one.peer === peer);
}

/** The timers of all rows that would now be removed in time. Without the server, it is not known who is away. */
export function rowTimers(context: BundleContext): readonly BundleTimer[] {
  const { signaling, deliveries, waiting, watched } = context;
  const absent = signaling === 'joined' ? deliveries.filter((one) => isAbsent(context, one)) : [];
  const wanted = [
    ...absent.map(({ id }) => absenceTimer(id)),
    ...waiting.filter(({ session }) => session === undefined).map(({ id }) => waitTimer(id)),
  ];
  return wanted.map((timer) => watched.find(({ id }) => id === timer.id) ?? timer);
}

/** Records a delivery's progress. A delivery that has ended stays ended. */
export function noteDelivery(
  { deliveries }: BundleContext,
  delivery: string,
  change: Partial<Pick<BundleDelivery, 'stage' | 'lane'>>,
): Pick<BundleContext, 'deliveries'> {
  return {
    deliveries: deliveries.map((one) =>
      one.id === delivery && one.stage !== 'ended' ? { ...one, ...change } : one,
    ),
  };
}

/** Drops the timer of a row. */
export function withoutTimer({ watched }: BundleContext, delivery: string) {
  return {
    watched: watched.filter(({ event }) => !('delivery' in event && event.delivery === delivery)),
  };
}
