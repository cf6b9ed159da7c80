import type {
  FailureCode,
  GoodbyeReason,
  NegotiationMessage,
  SessionMessage,
} from '../protocol/types.ts';
import { sessionEnd, type Outcome } from './rules.ts';
import { openEnvelope, sealMessage } from './session.ts';
import type { ConnectionContext, Session } from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

const NOTHING: Outcome = { context: {}, commands: [] };

/** N3: handles an envelope of the current session. */
export function receiveEnvelope(context: ConnectionContext, envelope: Envelope): Outcome {
  if (context.session === undefined) return NOTHING;
  const received = openEnvelope(context.session, envelope);
  switch (received.kind) {
    case 'ignored':
      return NOTHING;
    case 'ended':
      return endSession(context, received.cause);
    case 'message':
      return isOutOfOrder(context, received.message)
        ? endSession(context, 'malformed')
        : receiveMessage(context, received.session, received.message);
  }
}

/**
 * A8: handles an envelope while the sender's person is asked. Only a goodbye has a place. The end of the session may be
 * a yes, and is no failed authentication.
 */
export function receiveAnswerOfPerson(context: ConnectionContext, envelope: Envelope): Outcome {
  if (context.session === undefined) return NOTHING;
  const received = openEnvelope(context.session, envelope);
  if (received.kind === 'ignored') return NOTHING;
  return received.kind === 'message' && received.message.type === 'goodbye'
    ? endByGoodbye(context, received.message.reason)
    : endSession(context, 'malformed');
}

// N10: the sender's first message says what it has, that its person is asked, or why it has no place; no later one is
// of the first two kinds.
function isOutOfOrder({ session, input }: ConnectionContext, { type }: SessionMessage): boolean {
  const isFirst = input.role === 'initiator' && session?.nextIn === 1;
  const isOpening = type === 'summary' || type === 'wait';
  return isOpening ? !isFirst : isFirst && type !== 'goodbye';
}

function receiveMessage(
  context: ConnectionContext,
  session: Session,
  message: SessionMessage,
): Outcome {
  switch (message.type) {
    case 'hello':
      return endSession(context, 'malformed');
    case 'summary': {
      const { type: _, ...summary } = message;
      return { context: { session }, commands: [{ type: 'summary.received', summary }] };
    }
    case 'wait':
      return {
        context: { session },
        commands: [{ type: 'answer.awaited', senderName: message.senderName }],
        event: { type: 'answer.missing' },
      };
    case 'goodbye':
      return endByGoodbye(context, message.reason);
    case 'reconnect.wanted':
      return receiveReconnect(context, session, message.generation);
    case 'description':
    case 'candidate':
    case 'restart.wanted':
      return { context: { session }, commands: [{ type: 'negotiation.receive', message }] };
  }
}

const CODES: Readonly<Record<Exclude<GoodbyeReason, 'full'>, FailureCode>> = {
  ended: 'sender.ended',
  declined: 'sender.declined',
  unreachable: 'unreachable',
};

// N8: only a sender has places to give. Either side may find that there is no path; but to a receiver that has been
// connected, an honest sender doesn't say so (G8).
function endByGoodbye(context: ConnectionContext, reason: GoodbyeReason): Outcome {
  const { role } = context.input;
  const isSound =
    reason === 'unreachable'
      ? role === 'responder' || context.connected === 'never'
      : role === 'initiator';
  if (!isSound) return endSession(context, 'malformed');
  const event =
    reason === 'full'
      ? ({ type: 'place.missing' } as const)
      : ({ type: 'goodbye.received', code: CODES[reason] } as const);
  return { context: {}, commands: [], event };
}

// G7: only a responder has to ask. For an older generation, the new connection has been made already (I5).
function receiveReconnect(
  context: ConnectionContext,
  session: Session,
  generation: number,
): Outcome {
  if (context.input.role === 'responder') return endSession(context, 'malformed');
  const received: Outcome = { context: { session }, commands: [] };
  return generation === context.generation
    ? { ...received, event: { type: 'reconnect.received' } }
    : received;
}

function endSession(
  context: ConnectionContext,
  cause: 'gap' | 'authentication' | 'malformed',
): Outcome {
  const { session, input, authenticationFailures } = context;
  return {
    context: {
      session: undefined,
      authenticationFailures: authenticationFailures + (cause === 'authentication' ? 1 : 0),
    },
    // The initiator starts another session by itself; the responder has to say that this one is over.
    commands: session !== undefined && input.role === 'responder' ? [sessionEnd(session)] : [],
    event: { type: 'session.ended', cause },
  };
}

/** Seals the negotiation's message. Sends nothing if the session is over, since a new one brings a new negotiation. */
export function sendNegotiation(context: ConnectionContext, message: NegotiationMessage): Outcome {
  if (context.session === undefined || message.generation !== context.generation) return NOTHING;
  const { session, envelope } = sealMessage(context.session, message);
  return { context: { session }, commands: [{ type: 'relay.send', envelope }] };
}
