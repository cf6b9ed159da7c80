// Who has come through the link, and who only says so: from a stranger's first message to a session that
// belongs to a delivery (SPEC.md, N4). Nobody gets a row, a delivery or a connection before their first
// transport message has been opened.

import { DELIVERIES_MAX, HALF_OPEN_MAX, PROTOCOL_VERSION } from '../constants.ts';
import { answerGreeting, hear, speak } from '../connection/session.ts';
import type { Envelope, Session } from '../connection/types.ts';
import { RemoteProtocolError } from '../errors.ts';
import { fromBase64Url } from '../bytes.ts';
import type { GoodbyeReason, SessionMessage } from '../protocol/types.ts';
import type { BundleCommand, BundleContext, BundleDelivery, HalfOpenSlot } from './types.ts';

/** What a rule changes, asks for, and does to the slots' time-outs. */
export interface LobbyOutcome {
  readonly context: Partial<BundleContext>;
  readonly commands: readonly BundleCommand[];
  readonly startTimer?: string;
  readonly cancelTimers?: readonly string[];
}

const NOTHING: LobbyOutcome = { context: {}, commands: [] };

/** One envelope from the room. */
export function hearRelay(context: BundleContext, envelope: Envelope): LobbyOutcome {
  const delivery = context.deliveries.find(({ session }) => session === envelope.session);
  if (delivery !== undefined) {
    return delivery.peer === envelope.peer && delivery.stage !== 'ended'
      ? { context: {}, commands: [{ type: 'session.hear', delivery: delivery.id, envelope }] }
      : NOTHING;
  }
  const slot = context.halfOpen.find(({ session }) => session === envelope.session);
  if (slot === undefined) return envelope.seq === 0 ? openSlot(context, envelope) : NOTHING;
  return slot.opened === undefined ? NOTHING : hearFirst(context, slot.opened, envelope);
}

// One slot for each peer: somebody who greets again gives up the earlier greeting, and can't take the
// places of others (I13).
function openSlot(context: BundleContext, { peer, session, data }: Envelope): LobbyOutcome {
  const others = context.halfOpen.filter((slot) => slot.peer !== peer);
  const given = context.halfOpen.filter((slot) => slot.peer === peer);
  if (others.length >= HALF_OPEN_MAX) return NOTHING;
  return {
    context: { halfOpen: [...others, { peer, session, greeting: data, opened: undefined }] },
    commands: [{ type: 'entropy.draw', session }],
    startTimer: session,
    cancelTimers: given.map((slot) => slot.session),
  };
}

/** N1: entropy for the answer to a greeting has come. */
export function answerSlot(
  context: BundleContext,
  session: string,
  ephemeral: Uint8Array,
): LobbyOutcome {
  const slot = context.halfOpen.find((one) => one.session === session && one.opened === undefined);
  if (slot === undefined || context.secrets === undefined) return NOTHING;
  const { room, secret, staticKeys } = context.secrets;
  const keys = {
    roomBytes: fromBase64Url(room),
    secret,
    publicKey: staticKeys.publicKey,
    staticKeys,
  };
  try {
    const answered = answerGreeting(keys, ephemeral, {
      peer: slot.peer,
      session,
      data: slot.greeting,
    });
    const opened: HalfOpenSlot = { ...slot, opened: answered.session };
    return {
      context: { halfOpen: context.halfOpen.map((one) => (one === slot ? opened : one)) },
      commands: [
        { type: 'relay.send', envelope: { peer: slot.peer, session, seq: 0, data: answered.data } },
      ],
    };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return closeSlot(context, session, [farewell(slot, 0)]);
  }
}

/** The slot's time is over, or it has served. */
export function closeSlot(
  context: BundleContext,
  session: string,
  commands: readonly BundleCommand[] = [],
): LobbyOutcome {
  return {
    context: { halfOpen: context.halfOpen.filter((slot) => slot.session !== session) },
    commands,
    cancelTimers: [session],
  };
}

// N7: empty data can't be opened, which tells the other side that its session is over.
function farewell(
  { peer, session }: { peer: string; session: string },
  seq: number,
): BundleCommand {
  return { type: 'relay.send', envelope: { peer, session, seq, data: '' } };
}

function hearFirst(context: BundleContext, opened: Session, envelope: Envelope): LobbyOutcome {
  const heard = hear(opened, envelope);
  if (heard.kind === 'ignored') return NOTHING;
  const dismissed = closeSlot(context, opened.id, [
    farewell({ peer: opened.peer, session: opened.id }, opened.nextOut),
  ]);
  if (heard.kind === 'ended' || !isHello(heard.message)) return dismissed;
  const { delivery, generation } = heard.message;
  const known = context.deliveries.find(({ id }) => id === delivery);
  // G2: a number that has been before; whoever repeats it must not cut off what is newer.
  if (known !== undefined && generation <= known.generation) return dismissed;
  if (known?.stage === 'ended') return sayGoodbye(context, heard.session, 'ended');
  const admitted =
    known === undefined
      ? admit(context, delivery, { session: heard.session, generation })
      : rejoin(context, known, { session: heard.session, generation });
  if (admitted === undefined) return sayGoodbye(context, heard.session, 'full');
  const { context: changed, cancelTimers } = closeSlot(context, opened.id);
  return {
    context: { ...changed, ...admitted.context },
    commands: [
      ...admitted.commands,
      { type: 'session.open', delivery, session: heard.session, generation },
    ],
    ...(cancelTimers === undefined ? {} : { cancelTimers }),
  };
}

// N8: to whoever has proven the link, an honest word instead of silence.
function sayGoodbye(context: BundleContext, session: Session, reason: GoodbyeReason): LobbyOutcome {
  const { envelope } = speak(session, { type: 'goodbye', reason });
  return closeSlot(context, session.id, [{ type: 'relay.send', envelope }]);
}

function isHello(message: SessionMessage): message is Extract<SessionMessage, { type: 'hello' }> {
  return message.type === 'hello' && message.version === PROTOCOL_VERSION;
}

/** A sound hello: its session, and the generation that it names. */
interface Arrival {
  readonly session: Session;
  readonly generation: number;
}

// A known delivery comes back, possibly in another seat: what that one had open before is closed, as ever.
function rejoin(
  context: BundleContext,
  known: BundleDelivery,
  { session, generation }: Arrival,
): LobbyOutcome {
  const back: BundleDelivery = { ...known, peer: session.peer, session: session.id, generation };
  const closing = context.deliveries.filter((one) => one !== known && isOpenIn(one, session.peer));
  const kept = context.deliveries.filter((one) => !closing.includes(one));
  return {
    context: { deliveries: kept.map((one) => (one === known ? back : one)) },
    commands: closing.map(closeDelivery),
  };
}

// A new delivery: closes the one that the same peer had open before, since a seat has one page.
function admit(
  context: BundleContext,
  id: string,
  { session, generation }: Arrival,
): LobbyOutcome | undefined {
  const { manifest, lastNumber, deliveries } = context;
  if (manifest === undefined) return undefined;
  const makingRoom = deliveries.length < DELIVERIES_MAX ? undefined : leastNeeded(deliveries);
  if (deliveries.length >= DELIVERIES_MAX && makingRoom === undefined) return undefined;
  const closing = deliveries.filter(
    (one) => isOpenIn(one, session.peer) || (one.stage === 'open' && one === makingRoom),
  );
  const number = lastNumber + 1;
  const kept = deliveries.filter((one) => one !== makingRoom && !closing.includes(one));
  return {
    context: {
      lastNumber: number,
      deliveries: [
        ...kept,
        { id, number, peer: session.peer, session: session.id, generation, stage: 'open' },
      ],
    },
    commands: [...closing.map(closeDelivery), { type: 'delivery.open', delivery: id, manifest }],
  };
}

function isOpenIn({ stage, peer }: BundleDelivery, seat: string): boolean {
  return stage === 'open' && peer === seat;
}

function closeDelivery({ id }: BundleDelivery): BundleCommand {
  return { type: 'delivery.close', delivery: id };
}

// Who goes when all places are taken: the oldest that has ended, else the oldest that was never accepted.
function leastNeeded(deliveries: readonly BundleDelivery[]): BundleDelivery | undefined {
  return (
    deliveries.find(({ stage }) => stage === 'ended') ??
    deliveries.find(({ stage }) => stage === 'open')
  );
}
