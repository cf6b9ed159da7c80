// Who gets a place with the sender, and who makes room for them (SPEC.md, A). A place is a row in the sender's tab, and
// a seat in the server's room.
//
// It knows ranks, neighbourhoods and numbers of places. It refuses to know handshakes: every receiver here has
// proven the link. None is put out for another of a lower or the same rank, except one that has not connected yet,
// by a newcomer of the same neighbourhood (I13).

import {
  ACCEPTANCES_PER_TAG,
  ADMISSIONS_PER_TAG,
  DELIVERIES_MAX,
  MEMBERS_MAX,
  WAITING_MAX,
} from '../constants.ts';
import { sealMessage } from '../connection/session.ts';
import type { PeerId } from '../protocol/types.ts';
import { isAbsent } from './rows.ts';
import type {
  BundleCommand,
  BundleContext,
  BundleDelivery,
  BundleMember,
  WaitingRow,
} from './types.ts';

/** A rule's result: the new context, and commands. */
export interface Admission {
  readonly context: BundleContext;
  readonly commands: readonly BundleCommand[];
}

/** The rank of a receiver that has not connected yet (A1). */
export const GREETED = 1;

/** The rank of a receiver about whom the person is asked: below all who may come in (A8). */
export const ASKING = 0.5;

/** A1: accepted ranks above connected, and connected above greeted. A delivery that has ended needs no place. */
export function rankOf({ stage, lane }: BundleDelivery): number {
  if (stage === 'ended') return 0;
  if (stage === 'accepted') return 3;
  return lane === 'never' ? GREETED : 2;
}

/** The neighbourhood of a member. Members that the server hasn't listed share one. */
export function tagOf({ members }: BundleContext, peer: PeerId): string {
  return members.find((one) => one.peer === peer)?.tag ?? '';
}

/** A3: gives a seat to a member of this rank; undefined if others of the same or a higher rank have all seats. */
export function takeSeat(
  context: BundleContext,
  peer: PeerId,
  rank: number,
): Admission | undefined {
  const member = context.members.find((one) => one.peer === peer);
  if (member === undefined || member.isAdmitted) return { context, commands: [] };
  const admitted = context.members.filter(({ isAdmitted }) => isAdmitted);
  if (admitted.length < context.seats) return seat(context, member);
  const lowest = admitted
    .map((one) => ({ peer: one.peer, rank: memberRank(context, one.peer) }))
    .reduce<{ peer: PeerId; rank: number } | undefined>(
      (least, one) => (least === undefined || one.rank < least.rank ? one : least),
      undefined,
    );
  if (lowest === undefined || lowest.rank >= rank) return undefined;
  const gone = openRows(context, lowest.peer);
  const quiet = putOffQuestions(context, lowest.peer);
  const without = awaitPlaces(putOut(quiet.context, lowest.peer, gone), gone);
  return [quiet, without, seat(without.context, member)].reduce(together);
}

// A8: a question that loses its seat waits for a place, and is asked again.
function putOffQuestions(context: BundleContext, peer: PeerId): Admission {
  const asked = context.waiting.flatMap(({ session }) => (session?.peer === peer ? [session] : []));
  const waiting = context.waiting.map((one) =>
    one.session?.peer === peer ? { ...one, waitsFor: 'place' as const, session: undefined } : one,
  );
  const commands = asked.map((session): BundleCommand => {
    const { envelope } = sealMessage(session, { type: 'goodbye', reason: 'full' });
    return { type: 'relay.send', envelope };
  });
  return { context: { ...context, waiting }, commands };
}

function seat(context: BundleContext, { peer }: BundleMember): Admission {
  return {
    context: withAdmission(context, peer, true),
    commands: [{ type: 'member.admit', member: peer }],
  };
}

function withAdmission(context: BundleContext, peer: PeerId, isAdmitted: boolean): BundleContext {
  const members = context.members.map((one) => (one.peer === peer ? { ...one, isAdmitted } : one));
  return { ...context, members };
}

function memberRank({ deliveries, waiting, approved }: BundleContext, peer: PeerId): number {
  const open = deliveries.filter((one) => one.peer === peer).map(rankOf);
  const asking = waiting
    .filter((one) => one.peer === peer)
    .map(({ id, session }) => {
      // Who has the yes, and is on the way in, keeps the seat.
      if (approved.includes(id)) return GREETED;
      return session === undefined ? 0 : ASKING;
    });
  return Math.max(0, ...open, ...asking);
}

/**
 * Removes rows of one member, and its seat unless another of its deliveries needs it. It may come back like anybody
 * else.
 */
function putOut(context: BundleContext, peer: PeerId, rows: readonly BundleDelivery[]): Admission {
  const deliveries = context.deliveries.filter((one) => !rows.includes(one));
  const left = { ...context, deliveries };
  const commands: BundleCommand[] = rows.map(({ id }) => ({
    type: 'delivery.putOut',
    delivery: id,
  }));
  const isSeated = context.members.some((one) => one.peer === peer && one.isAdmitted);
  if (!isSeated || memberRank(left, peer) > 0) return { context: left, commands };
  return {
    context: withAdmission(left, peer, false),
    // Say goodbye in its session first.
    commands: [...commands, { type: 'member.dismiss', member: peer }],
  };
}

function openRows({ deliveries }: BundleContext, peer: PeerId): readonly BundleDelivery[] {
  return deliveries.filter((one) => one.peer === peer && one.stage === 'open');
}

/** A2: makes room for a new row that has not connected yet; undefined if it has to wait. */
export function takeRow(context: BundleContext, peer: PeerId): Admission | undefined {
  const tag = tagOf(context, peer);
  const ofTag = context.deliveries.filter((one) => one.tag === tag);
  if (ofTag.filter(({ stage }) => stage === 'accepted').length >= ACCEPTANCES_PER_TAG)
    return undefined;
  const neighbours = ofTag.filter(({ stage }) => stage === 'open');
  if (neighbours.length >= ADMISSIONS_PER_TAG) {
    // Somebody who opens the link a fifth time has left four times before.
    const away = neighbours.find((one) => isAbsent(context, one));
    if (away !== undefined) return putOut(context, away.peer, [away]);
    const oldest = neighbours.find((one) => rankOf(one) === GREETED);
    return oldest && awaitPlaces(putOut(context, oldest.peer, [oldest]), [oldest]);
  }
  if (context.deliveries.length < DELIVERIES_MAX) return { context, commands: [] };
  const ended = context.deliveries.find(({ stage }) => stage === 'ended');
  if (ended === undefined) return undefined;
  const deliveries = context.deliveries.filter((one) => one !== ended);
  return { context: { ...context, deliveries }, commands: [] };
}

/** A4: the sender has joined, and repeats who has a seat: by rank, then the oldest first. */
export function seatAll(
  context: BundleContext,
  { peers, tags, seats }: { peers: readonly PeerId[]; tags: readonly string[]; seats: number },
): Admission {
  const members = peers
    .slice(0, MEMBERS_MAX)
    .map((peer, index) => ({ peer, tag: tags[index] ?? '', isAdmitted: false }));
  const ranked = context.deliveries
    .filter((one) => rankOf(one) > 0)
    .toSorted((one, other) => rankOf(other) - rankOf(one));
  return ranked.reduce<Admission>(
    (before, one) => together(before, takeSeat(before.context, one.peer, rankOf(one))),
    { context: { ...context, members, seats, formerlySeated: [] }, commands: [] },
  );
}

/**
 * A4: a member has come online. A known one is admitted at once. A newer socket of a member that had a seat still has
 * it (S13), or gets it by an `admit` that we sent before we knew of that socket. Either way it keeps the seat with us,
 * or is put out.
 */
export function welcome(context: BundleContext, peer: PeerId, tag: string): Admission {
  const others = context.members.filter((one) => one.peer !== peer);
  if (others.length >= MEMBERS_MAX) return { context, commands: [] };
  const wasSeated = context.formerlySeated.includes(peer);
  const here = {
    ...context,
    members: [...others, { peer, tag, isAdmitted: false }],
    formerlySeated: context.formerlySeated.filter((one) => one !== peer),
  };
  const rank = memberRank(here, peer);
  const seated = wasSeated || rank > GREETED ? takeSeat(here, peer, rank) : undefined;
  if (seated !== undefined) return seated;
  return { context: here, commands: wasSeated ? [{ type: 'member.dismiss', member: peer }] : [] };
}

/** S6: a member has gone offline. */
export function loseMember(
  { members, formerlySeated }: BundleContext,
  peer: PeerId,
): Pick<BundleContext, 'members' | 'formerlySeated'> {
  const wasSeated = members.some((one) => one.peer === peer && one.isAdmitted);
  return {
    members: members.filter((one) => one.peer !== peer),
    formerlySeated: wasSeated ? [...formerlySeated, peer].slice(-MEMBERS_MAX) : formerlySeated,
  };
}

/** A5: removes rows of deliveries that have ended or have never connected. Who waits for an answer gets one. */
export function clearRows(context: BundleContext): Admission {
  const idle = context.deliveries.filter((one) => rankOf(one) < 2);
  const cleared = idle
    .filter(({ stage }) => stage === 'open')
    .reduce<Admission>((before, one) => together(before, putOut(before.context, one.peer, [one])), {
      context,
      commands: [],
    });
  const deliveries = cleared.context.deliveries.filter((one) => rankOf(one) > 1);
  const waiting = cleared.context.waiting.filter(({ session }) => session !== undefined);
  return { ...cleared, context: { ...cleared.context, deliveries, waiting } };
}

/** A6: shows a row for a receiver that waits for a place, while there is room. Once admitted, it keeps its number. */
export function awaitPlace(
  context: BundleContext,
  { id, peer, tag, receiverName }: Pick<WaitingRow, 'id' | 'peer' | 'tag' | 'receiverName'>,
): BundleContext {
  const { waiting, deliveries, lastNumber } = context;
  const place = { peer, tag, receiverName, waitsFor: 'place', session: undefined } as const;
  if (waiting.some((one) => one.id === id))
    return {
      ...context,
      waiting: waiting.map((one) => (one.id === id ? { ...one, ...place } : one)),
    };
  if (deliveries.some((one) => one.id === id) || waiting.length >= WAITING_MAX) return context;
  const number = lastNumber + 1;
  return {
    ...context,
    lastNumber: number,
    waiting: [...waiting, { id, number, ...place }],
  };
}

function awaitPlaces(before: Admission, rows: readonly BundleDelivery[]): Admission {
  const { waiting } = before.context;
  const added = rows.map(({ id, number, peer, tag, receiverName }): WaitingRow => {
    const row = { id, number, peer, tag, receiverName };
    return { ...row, waitsFor: 'place', session: undefined };
  });
  const shown = [...waiting, ...added].slice(0, WAITING_MAX);
  return { ...before, context: { ...before.context, waiting: shown } };
}

function together(before: Admission, after: Admission | undefined): Admission {
  return after === undefined
    ? before
    : { context: after.context, commands: [...before.commands, ...after.commands] };
}
