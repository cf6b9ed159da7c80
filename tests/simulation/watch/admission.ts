import { createHmac } from 'node:crypto';
import {
  ADMISSIONS_PER_TAG,
  DELIVERIES_MAX,
  fromBase64Url,
  greetingKeyOf,
  HALF_OPEN_MAX,
  WAITING_MAX,
  type BundleContext,
  type BundleDelivery,
  type HalfOpenSlot,
  type Link,
} from '@burritoshare/core';
import type { Place } from '../world/place.ts';

export interface SeenBundle {
  readonly link: Link;
  readonly event: {
    readonly type: string;
    readonly envelope?: { readonly peer: string };
    readonly peer?: string;
  };
  readonly previous: BundleContext | undefined;
  readonly context: BundleContext;
  /** The name of a delivery's receiver, for messages. */
  readonly nameOf: (id: string) => string;
}

/** Checks N9, I13, and the bounds on an attacker's share of the sender's memory (I10). */
export function checkAdmission(place: Place, seen: SeenBundle): void {
  const { context, previous } = seen;
  checkBounds(place, context);
  if (previous === undefined || seen.event.type === 'sharing.stopped') return;
  for (const slot of context.halfOpen)
    if (!previous.halfOpen.some(({ session }) => session === slot.session))
      checkSlot(place, seen.link, slot);
  for (const { id } of context.deliveries) checkAsked(place, seen, previous, id);
  for (const row of previous.deliveries)
    if (!context.deliveries.some(({ id }) => id === row.id)) checkGone(place, seen, previous, row);
}

// A8: nobody gets a row, and with it the summary and an address, whom the person has not said yes to.
function checkAsked(
  place: Place,
  { nameOf }: SeenBundle,
  { asksFirst, approved, deliveries }: BundleContext,
  id: string,
): void {
  if (!asksFirst || approved.includes(id) || deliveries.some((one) => one.id === id)) return;
  place.violated(`A8: ${nameOf(id)} comes in, and the person has not said yes`);
}

// N9: a second implementation, since core's own rule is the one under test.
function checkSlot(place: Place, link: Link, { peer, session, firstMessage }: HalfOpenSlot): void {
  const bytes = Buffer.from(firstMessage, 'base64url');
  const mac = createHmac('sha256', greetingKeyOf(link.secret, link.publicKey))
    .update(link.roomBytes)
    .update(fromBase64Url(peer))
    .update(fromBase64Url(session))
    .update(bytes.subarray(16))
    .digest()
    .subarray(0, 16);
  if (!mac.equals(bytes.subarray(0, 16)))
    place.violated(`N9: entropy and a slot are spent on ${peer}, who does not have the link`);
}

function checkBounds(place: Place, context: BundleContext): void {
  const { deliveries, halfOpen, waiting } = context;
  const tags = new Map<string, number>();
  for (const { tag, stage } of deliveries)
    if (stage === 'open') tags.set(tag, (tags.get(tag) ?? 0) + 1);
  for (const [tag, rows] of tags)
    if (rows > ADMISSIONS_PER_TAG)
      place.violated(`I13: ${rows} rows that nobody has accepted for one neighbourhood, ${tag}`);
  if (deliveries.length > DELIVERIES_MAX) place.violated(`I10: ${deliveries.length} rows`);
  if (halfOpen.length > HALF_OPEN_MAX) place.violated(`I10: ${halfOpen.length} half-open slots`);
  if (waiting.length > WAITING_MAX) place.violated(`I10: ${waiting.length} rows that wait`);
}

/** A1, A2, A3, A5, A7: checks that a row was removed for an allowed reason: for a newcomer, or by itself. */
function checkGone(
  place: Place,
  { event, context, nameOf }: SeenBundle,
  previous: BundleContext,
  row: BundleDelivery,
): void {
  const { id, stage, lane, peer, tag } = row;
  if (stage === 'ended') return;
  const violated = (why: string): void => {
    const rank = stage === 'accepted' ? 'accepted' : lane === 'never' ? 'greeted' : 'connected';
    place.violated(`I13: the row of ${nameOf(id)}, ${rank}, goes on ${event.type}: ${why}`);
  };
  if (stage === 'accepted') return violated('its receiver has accepted');
  const isAway = lane !== 'open' && !previous.members.some((one) => one.peer === peer);
  const isConnected = lane !== 'never';
  if (event.type === 'row.expired') return isAway ? undefined : violated('its receiver is here');
  if (event.type === 'deliveries.cleared')
    return isConnected ? violated('it has been connected') : undefined;
  const newcomer = event.envelope?.peer ?? event.peer;
  // A seat has one page: a receiver that opens another has left the first.
  if (newcomer === peer) return;
  const others = context.deliveries.filter((one) => one.peer === newcomer);
  if (others.some((one) => one.stage === 'accepted')) return;
  if (!isConnected && others.some((one) => one.lane !== 'never')) return;
  if (!others.some((one) => one.tag === tag)) return violated('for one of another neighbourhood');
  if (isConnected && !isAway) violated('for one that is not even connected');
}
