import type {
  FailureCode,
  GoodbyeReason,
  NegotiationMessage,
  SessionMessage,
} from '../protocol/types.ts';
import { farewellTo, type Outcome } from './rules.ts';
import { hear, speak } from './session.ts';
import type { ConnectionContext, Session } from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

const NOTHING: Outcome = { context: {}, commands: [] };

/** N3: one envelope of the session under way. */
export function hearEnvelope(context: ConnectionContext, envelope: Envelope): Outcome {
  if (context.session === undefined) return NOTHING;
  const heard = hear(context.session, envelope);
  switch (heard.kind) {
    case 'ignored':
      return NOTHING;
    case 'ended':
      return endSession(context, heard.cause);
    case 'message':
      if (heard.message.type === 'goodbye') return endByGoodbye(context, heard.message.reason);
      if (heard.message.type === 'reconnect.wanted')
        return hearReconnect(context, heard.session, heard.message.generation);
      return isNegotiation(heard.message)
        ? {
            context: { session: heard.session },
            commands: [{ type: 'negotiation.hear', message: heard.message }],
          }
        : endSession(context, 'malformed');
  }
}

const CODES: Readonly<Record<Exclude<GoodbyeReason, 'full'>, FailureCode>> = {
  ended: 'sender.ended',
  unreachable: 'unreachable',
};

// N8: only a sender has places to give. That there is no way, either side finds; to a receiver who has been
// connected an honest sender doesn't say so (G8).
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
      : ({ type: 'goodbye.heard', code: CODES[reason] } as const);
  return { context: {}, commands: [], event };
}

// G7: only a responder has to ask; of an older generation it has been done already (I5).
function hearReconnect(context: ConnectionContext, session: Session, generation: number): Outcome {
  if (context.input.role === 'responder') return endSession(context, 'malformed');
  const heard: Outcome = { context: { session }, commands: [] };
  return generation === context.generation
    ? { ...heard, event: { type: 'reconnect.heard' } }
    : heard;
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
    commands: session !== undefined && input.role === 'responder' ? [farewellTo(session)] : [],
    event: { type: 'session.ended', cause },
  };
}

/** What the negotiation says, sealed; nothing where the session is over, since a new one brings a new negotiation. */
export function sayNegotiation(context: ConnectionContext, message: NegotiationMessage): Outcome {
  if (context.session === undefined || message.generation !== context.generation) return NOTHING;
  const { session, envelope } = speak(context.session, message);
  return { context: { session }, commands: [{ type: 'relay.send', envelope }] };
}

function isNegotiation(message: SessionMessage): message is NegotiationMessage {
  return (
    message.type === 'description' ||
    message.type === 'candidate' ||
    message.type === 'restart.wanted'
  );
}
