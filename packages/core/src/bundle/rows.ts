// The rows of the sender's page: how far each delivery has come, and which of them go by themselves (SPEC.md, A6, A7).

import { ABSENCE_TIMEOUT, WAITING_TIMEOUT } from '../constants.ts';
import type { BundleContext, BundleDelivery, BundleTimer } from './types.ts';

/** A6: for how long it is shown that somebody waits. */
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

/** A7: what goes if its receiver stays away: nobody has accepted it, or it ended without having been connected. */
export function isAbsent(
  { members }: BundleContext,
  { stage, lane, peer }: BundleDelivery,
): boolean {
  const isIdle = stage === 'open' ? lane !== 'open' : stage === 'ended' && lane === 'never';
  return isIdle && !members.some((one) => one.peer === peer);
}

/** The timers of all rows that go by themselves as things stand. Without the server nobody is known to be away. */
export function rowTimers(context: BundleContext): readonly BundleTimer[] {
  const { signaling, deliveries, waiting, watched } = context;
  const absent = signaling === 'joined' ? deliveries.filter((one) => isAbsent(context, one)) : [];
  const wanted = [
    ...absent.map(({ id }) => absenceTimer(id)),
    ...waiting.map(({ id }) => waitTimer(id)),
  ];
  return wanted.map((timer) => watched.find(({ id }) => id === timer.id) ?? timer);
}

/** One delivery has got on. What has ended stays so. */
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

/** What a timer of a row was about is over. */
export function withoutTimer({ watched }: BundleContext, delivery: string) {
  return {
    watched: watched.filter(({ event }) => !('delivery' in event && event.delivery === delivery)),
  };
}
