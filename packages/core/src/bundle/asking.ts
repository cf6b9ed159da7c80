// The sender's person is asked before a receiver is told anything (SPEC.md, A8).
//
// It knows the receivers that wait for an answer, each with its session, and the newest answers. A question takes a
// place in the room, so that it can stay, and gives it up to anybody who may come in; it takes no row.

import { ADMISSIONS_PER_TAG, DELIVERIES_MAX, WAITING_MAX } from '../constants.ts';
import { sealMessage } from '../connection/session.ts';
import type { Session } from '../connection/types.ts';
import { ASKING, awaitPlace, takeSeat, tagOf, type Admission } from './admission.ts';
import type { BundleContext, WaitingRow } from './types.ts';

/** What the sender's person says to a delivery: nothing yet, where `ask`. */
export function answerTo(
  { asksFirst, approved, refused }: BundleContext,
  delivery: string,
): 'yes' | 'no' | 'ask' {
  if (refused.includes(delivery)) return 'no';
  return asksFirst && !approved.includes(delivery) ? 'ask' : 'yes';
}

/** Whether this delivery waits for an answer. */
export function isAsked({ waiting }: BundleContext, delivery: string): boolean {
  return waiting.some((one) => one.id === delivery && one.waitsFor === 'answer');
}

/**
 * A8: shows a delivery to the sender's person, and says `wait`, which tells nothing of the bundle. Undefined where it has
 * to wait for a place first.
 */
export function ask(
  context: BundleContext,
  id: string,
  {
    session,
    receiverName,
  }: { readonly session: Session; readonly receiverName?: string | undefined },
): Admission | undefined {
  const { peer } = session;
  const tag = tagOf(context, peer);
  // A seat has one page.
  const others = context.waiting.filter((one) => one.id === id || one.session?.peer !== peer);
  const neighbours = others.filter((one) => one.id !== id && one.session && one.tag === tag);
  if (neighbours.length >= ADMISSIONS_PER_TAG) return undefined;
  const shown = awaitPlace(
    { ...context, waiting: withRoomFor(id, { ...context, waiting: others }) },
    { id, peer, tag, receiverName },
  );
  if (!shown.waiting.some((one) => one.id === id)) return undefined;
  const seated = takeSeat(shown, peer, ASKING);
  if (seated === undefined) return undefined;
  const { senderName } = context;
  const sealed = sealMessage(session, { type: 'wait', senderName });
  const asked = { peer, tag, receiverName, waitsFor: 'answer', session: sealed.session } as const;
  return {
    context: withRow(seated.context, id, asked),
    commands: [...seated.commands, { type: 'relay.send', envelope: sealed.envelope }],
  };
}

/**
 * A8: the person says yes. The session ends, and the receiver comes again by itself, as anybody does where nobody is
 * asked.
 */
export function approve(context: BundleContext, delivery: string): Admission {
  const { session } = rowOf(context, delivery) ?? {};
  const approved = [...context.approved, delivery].slice(-DELIVERIES_MAX);
  const answered = withRow({ ...context, approved }, delivery, {
    waitsFor: 'place',
    session: undefined,
  });
  if (session === undefined) return { context: answered, commands: [] };
  const { peer, id, nextOut } = session;
  const envelope = { peer, session: id, seq: nextOut, data: '' };
  return { context: answered, commands: [{ type: 'relay.send', envelope }] };
}

/** A8: the person says no, to this delivery for good. */
export function refuse(context: BundleContext, delivery: string): Admission {
  const { session } = rowOf(context, delivery) ?? {};
  const refused = [...context.refused, delivery].slice(-DELIVERIES_MAX);
  const waiting = context.waiting.filter(({ id }) => id !== delivery);
  return {
    context: { ...context, refused, waiting },
    commands:
      session === undefined
        ? []
        : [
            {
              type: 'relay.send',
              envelope: sealMessage(session, { type: 'goodbye', reason: 'declined' }).envelope,
            },
          ],
  };
}

/** N3: without the signaling server, or their socket, those who asked have no session. They come again by themselves. */
export function endQuestions(waiting: readonly WaitingRow[], peer?: string): readonly WaitingRow[] {
  return waiting.map((one) =>
    one.session !== undefined && (peer === undefined || one.peer === peer)
      ? { ...one, session: undefined }
      : one,
  );
}

/** A8: whoever asks when the person no longer wants to be asked comes in as anybody. */
export function approveUnasked(context: BundleContext): Admission {
  const asked = context.asksFirst
    ? []
    : context.waiting.filter(({ waitsFor }) => waitsFor === 'answer');
  return asked.reduce<Admission>(
    (before, { id }) => {
      const after = approve(before.context, id);
      return { context: after.context, commands: [...before.commands, ...after.commands] };
    },
    { context, commands: [] },
  );
}

// I13: whoever is here and asks comes before rows of those who wait for a place or have gone, but not before who has a
// yes. Seats bound how many ask.
function withRoomFor(id: string, { waiting, approved }: BundleContext): readonly WaitingRow[] {
  if (waiting.length < WAITING_MAX || waiting.some((one) => one.id === id)) return waiting;
  const idle = waiting.find((one) => one.session === undefined && !approved.includes(one.id));
  return waiting.filter((one) => one !== idle);
}

function rowOf({ waiting }: BundleContext, delivery: string): WaitingRow | undefined {
  return waiting.find(({ id }) => id === delivery);
}

function withRow(
  context: BundleContext,
  delivery: string,
  change: Partial<WaitingRow>,
): BundleContext {
  const waiting = context.waiting.map((one) => (one.id === delivery ? { ...one, ...change } : one));
  return { ...context, waiting };
}
