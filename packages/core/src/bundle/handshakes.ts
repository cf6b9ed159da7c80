// Tells receivers that have the link from strangers: from a first message to a session that belongs to a delivery
// (SPEC.md, N4). Nobody gets a row, a delivery or a connection before their first transport message has been opened.

import {
  AUTHENTICATION_FAILURES_MAX,
  GREETINGS_PER_TAG,
  GREETINGS_TIMEOUT,
  HALF_OPEN_MAX,
  HALF_OPEN_TIMEOUT,
  KNOCK_ANSWERS_MAX,
  KNOCKS_TIMEOUT,
  PROTOCOL_VERSION,
} from '../constants.ts';
import {
  answerHandshake,
  isFromLink,
  openEnvelope,
  remoteEphemeralOf,
  sealMessage,
} from '../connection/session.ts';
import type { Session } from '../connection/types.ts';
import type { Envelope } from '../protocol/envelope.ts';
import {
  awaitPlace,
  GREETED,
  rankOf,
  takeRow,
  takeSeat,
  tagOf,
  type Admission,
} from './admission.ts';
import { answerTo, ask } from './asking.ts';
import { RemoteProtocolError } from '../errors.ts';
import { oldestOfHeaviest } from '../neighbourhoods.ts';
import { fromBase64Url } from '../bytes.ts';
import { waitTimer } from './rows.ts';
import { summaryOf } from '../protocol/manifest.ts';
import type { LinkSecrets } from '../protocol/link.ts';
import type { GoodbyeReason, SessionMessage } from '../protocol/types.ts';
import type {
  BundleCommand,
  BundleContext,
  BundleDelivery,
  BundleEvent,
  BundleTimer,
  HalfOpenSlot,
} from './types.ts';

/** The timers after which earlier knocks and handshakes are forgotten; no session has these ids. */
export const KNOCKS = 'knocks';
export const HANDSHAKES = 'handshakes';

/** A rule's result: the new context, commands, and changes to the slots' timeouts. */
export interface HandshakeOutcome {
  readonly context: Partial<BundleContext>;
  readonly commands: readonly BundleCommand[];
  readonly startTimers?: readonly BundleTimer[];
  readonly cancelTimers?: readonly string[];
}

const NOTHING: HandshakeOutcome = { context: {}, commands: [] };

/** One envelope from the room. */
export function receiveRelay(context: BundleContext, envelope: Envelope): HandshakeOutcome {
  const delivery = context.deliveries.find(({ session }) => session === envelope.session);
  if (delivery !== undefined) {
    return delivery.peer === envelope.peer && delivery.stage !== 'ended'
      ? { context: {}, commands: [{ type: 'session.receive', delivery: delivery.id, envelope }] }
      : NOTHING;
  }
  const slot = context.halfOpen.find(({ session }) => session === envelope.session);
  if (slot === undefined) return envelope.seq === 0 ? openSlot(context, envelope) : NOTHING;
  return slot.opened === undefined ? NOTHING : receiveFirst(context, slot.opened, envelope);
}

// One slot for each peer: beginning again gives up the earlier handshake. If all slots are taken, one neighbourhood
// can't keep out another (I13).
function openSlot(context: BundleContext, envelope: Envelope): HandshakeOutcome {
  if (context.secrets === undefined) return NOTHING;
  const { privateKey } = context.secrets.staticKeys;
  if (!isFromLink(keysOf(context.secrets), envelope)) return refuseKnock(context, envelope);
  const publicKey = remoteEphemeralOf(envelope, 'initiator');
  const { peer, session, data } = envelope;
  const tag = tagOf(context, peer);
  const { handshakes } = context;
  if (handshakes.filter((one) => one === tag).length >= GREETINGS_PER_TAG) return NOTHING;
  const others = context.halfOpen.filter((slot) => slot.peer !== peer);
  const leaving = others.length < HALF_OPEN_MAX ? undefined : oldestOfHeaviest(others, tag);
  const kept = others.filter((slot) => slot !== leaving);
  const given = context.halfOpen.filter((slot) => !kept.includes(slot));
  return {
    context: {
      halfOpen: [...kept, { peer, tag, session, firstMessage: data, opened: undefined }],
      handshakes: [...handshakes, tag],
    },
    commands: [...sendFull(leaving), { type: 'entropy.draw', session, privateKey, publicKey }],
    startTimers: [
      { id: session, delay: HALF_OPEN_TIMEOUT, event: { type: 'slot.expired', session } },
      ...(handshakes.length > 0 ? [] : [HANDSHAKES_TIMER]),
    ],
    cancelTimers: given.map((slot) => slot.session),
  };
}

const HANDSHAKES_TIMER: BundleTimer = {
  id: HANDSHAKES,
  delay: GREETINGS_TIMEOUT,
  event: { type: 'handshakes.forgotten' },
};

// N8: a peer that has been answered expects a message, and would take silence for an unreachable sender (G8).
function sendFull(slot: HalfOpenSlot | undefined): readonly BundleCommand[] {
  if (slot?.opened === undefined) return [];
  const { envelope } = sealMessage(slot.opened, { type: 'goodbye', reason: 'full' });
  return [{ type: 'relay.send', envelope }];
}

// N9: a peer without the whole link costs one hash. It is answered a few times: enough for N6 if it is an accident, and
// too seldom for an attacker to use up the messages that the sender may send to the server (I13).
function refuseKnock({ knocks }: BundleContext, { peer, session }: Envelope): HandshakeOutcome {
  const ofPeer = knocks.filter((one) => one === peer).length;
  if (knocks.length >= KNOCK_ANSWERS_MAX || ofPeer >= AUTHENTICATION_FAILURES_MAX) return NOTHING;
  return {
    context: { knocks: [...knocks, peer] },
    commands: [sessionEnd({ peer, session }, 0)],
    startTimers:
      knocks.length > 0
        ? []
        : [{ id: KNOCKS, delay: KNOCKS_TIMEOUT, event: { type: 'knocks.forgotten' } }],
  };
}

function keysOf({ room, secret, staticKeys }: LinkSecrets) {
  return { roomBytes: fromBase64Url(room), secret, publicKey: staticKeys.publicKey, staticKeys };
}

/** N1: entropy for the answer to a first message has come. */
export function answerSlot(
  context: BundleContext,
  { session, ephemeral, computed }: Extract<BundleEvent, { type: 'entropy.drawn' }>,
): HandshakeOutcome {
  const slot = context.halfOpen.find((one) => one.session === session && one.opened === undefined);
  if (slot === undefined || context.secrets === undefined) return NOTHING;
  try {
    const first = { peer: slot.peer, session, data: slot.firstMessage };
    const answered = answerHandshake(keysOf(context.secrets), ephemeral, first, computed);
    const opened: HalfOpenSlot = { ...slot, opened: answered.session };
    return {
      context: { halfOpen: context.halfOpen.map((one) => (one === slot ? opened : one)) },
      commands: [
        { type: 'relay.send', envelope: { peer: slot.peer, session, seq: 0, data: answered.data } },
      ],
    };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return closeSlot(context, session, [sessionEnd(slot, 0)]);
  }
}

/** The slot's time is over, or its session has been handed on. */
export function closeSlot(
  context: BundleContext,
  session: string,
  commands: readonly BundleCommand[] = [],
): HandshakeOutcome {
  return {
    context: {
      ...context,
      halfOpen: context.halfOpen.filter((slot) => slot.session !== session),
    },
    commands,
    cancelTimers: [session],
  };
}

// N7: empty data can't be opened, which tells the other side that its session is over.
function sessionEnd(
  { peer, session }: { peer: string; session: string },
  seq: number,
): BundleCommand {
  return { type: 'relay.send', envelope: { peer, session, seq, data: '' } };
}

function receiveFirst(
  context: BundleContext,
  opened: Session,
  envelope: Envelope,
): HandshakeOutcome {
  const received = openEnvelope(opened, envelope);
  if (received.kind === 'ignored') return NOTHING;
  const dismissed = closeSlot(context, opened.id, [
    sessionEnd({ peer: opened.peer, session: opened.id }, opened.nextOut),
  ]);
  if (received.kind === 'ended' || !isHello(received.message)) return dismissed;
  const { delivery, generation, receiverName } = received.message;
  const known = context.deliveries.find(({ id }) => id === delivery);
  // G2: a repeated generation. Repeating an old one must not cut off a newer one.
  if (known !== undefined && generation <= known.generation) return dismissed;
  if (known?.stage === 'ended') return sendGoodbye(context, received.session, 'ended');
  const arrival = { session: received.session, generation, receiverName };
  const answer = known === undefined ? answerTo(context, delivery) : 'yes';
  if (answer === 'no') return sendGoodbye(context, received.session, 'declined');
  if (answer === 'ask') return askFor(context, delivery, arrival);
  const admitted =
    known === undefined ? comeIn(context, delivery, arrival) : comeBack(context, known, arrival);
  const { manifest, senderName, note } = context;
  if (admitted === undefined || manifest === undefined)
    return sendToWait(context, delivery, arrival);
  // N10: said before anything else is done, since a person looks at an empty page until then.
  const summary = { ...summaryOf(manifest), senderName, note };
  const summed = sealMessage(received.session, { type: 'summary', ...summary });
  return closeSlot(admitted.context, opened.id, [
    { type: 'relay.send', envelope: summed.envelope },
    ...admitted.commands,
    { type: 'session.open', delivery, session: summed.session, generation },
  ]);
}

// A8: the person is asked. The deliveries that this seat had open before are closed, as always.
function askFor(context: BundleContext, delivery: string, arrival: Arrival): HandshakeOutcome {
  const { peer, id } = arrival.session;
  const closing = context.deliveries.filter((one) => isOpenIn(one, peer));
  const deliveries = context.deliveries.filter((one) => !closing.includes(one));
  const asked = ask({ ...context, deliveries }, delivery, arrival);
  if (asked === undefined) return sendToWait(context, delivery, arrival);
  return closeSlot(asked.context, id, [...closing.map(closeDelivery), ...asked.commands]);
}

// A6: a receiver that finds no place is told so, and tries again by itself.
function sendToWait(
  context: BundleContext,
  delivery: string,
  { session, receiverName }: Arrival,
): HandshakeOutcome {
  const { peer } = session;
  const waiter = { id: delivery, peer, tag: tagOf(context, peer), receiverName };
  const said = sendGoodbye(awaitPlace(context, waiter), session, 'full');
  const wasShown = context.waiting.some(({ id }) => id === delivery);
  if (!wasShown) return said;
  const timer = waitTimer(delivery);
  return { ...said, startTimers: [timer], cancelTimers: [...(said.cancelTimers ?? []), timer.id] };
}

// N8: a peer that has proven the link gets a reason instead of silence.
function sendGoodbye(
  context: BundleContext,
  session: Session,
  reason: GoodbyeReason,
): HandshakeOutcome {
  const { envelope } = sealMessage(session, { type: 'goodbye', reason });
  return closeSlot(context, session.id, [{ type: 'relay.send', envelope }]);
}

function isHello(message: SessionMessage): message is Extract<SessionMessage, { type: 'hello' }> {
  return message.type === 'hello' && message.version === PROTOCOL_VERSION;
}

/** A valid hello: its session, and what it says. */
interface Arrival {
  readonly session: Session;
  readonly generation: number;
  readonly receiverName: string | undefined;
}

// A known delivery comes back, possibly from another seat. The deliveries that this seat had open before are closed, as
// always.
function comeBack(
  context: BundleContext,
  known: BundleDelivery,
  { session, generation, receiverName }: Arrival,
): Admission | undefined {
  const { peer } = session;
  const closing = context.deliveries.filter((one) => one !== known && isOpenIn(one, peer));
  const back: BundleDelivery = { ...known, peer, session: session.id, generation, receiverName };
  const kept = context.deliveries.filter((one) => !closing.includes(one));
  const deliveries = kept.map((one) => (one === known ? back : one));
  const seated = takeSeat({ ...context, deliveries }, peer, rankOf(back));
  if (seated === undefined) return undefined;
  return { ...seated, commands: [...closing.map(closeDelivery), ...seated.commands] };
}

// A new delivery: closes the one that the same peer had open before, since a seat has one page.
function comeIn(
  context: BundleContext,
  id: string,
  { session, generation, receiverName }: Arrival,
): Admission | undefined {
  const { manifest } = context;
  if (manifest === undefined) return undefined;
  const { peer } = session;
  const closing = context.deliveries.filter((one) => isOpenIn(one, peer));
  const kept = context.deliveries.filter((one) => !closing.includes(one));
  const rowed = takeRow({ ...context, deliveries: kept }, peer);
  const seated = rowed && takeSeat(rowed.context, peer, GREETED);
  if (rowed === undefined || seated === undefined) return undefined;
  const { deliveries, waiting, lastNumber } = seated.context;
  const number = waiting.find((one) => one.id === id)?.number ?? lastNumber + 1;
  const fresh: BundleDelivery = {
    id,
    number,
    peer,
    session: session.id,
    generation,
    stage: 'open',
    lane: 'never',
    tag: tagOf(context, peer),
    receiverName,
  };
  return {
    context: {
      ...seated.context,
      lastNumber: Math.max(lastNumber, number),
      waiting: waiting.filter((one) => one.id !== id),
      deliveries: [...deliveries, fresh],
    },
    commands: [
      ...closing.map(closeDelivery),
      ...rowed.commands,
      ...seated.commands,
      { type: 'delivery.open', delivery: id, manifest },
    ],
  };
}

function isOpenIn({ stage, peer }: BundleDelivery, seat: string): boolean {
  return stage === 'open' && peer === seat;
}

function closeDelivery({ id }: BundleDelivery): BundleCommand {
  return { type: 'delivery.close', delivery: id };
}
