import { AUTHENTICATION_FAILURES_MAX, PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { SENDER } from '../protocol/types.ts';
import { finishHandshake, remoteEphemeralOf, startHandshake, sealMessage } from './session.ts';
import type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  ConnectionInternalEvent,
  PendingHandshake,
  Session,
} from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

type Initiator = Extract<ConnectionInput, { role: 'initiator' }>;

/** A rule's result: the new context, commands, and perhaps an event. */
export interface Outcome {
  readonly context: Partial<ConnectionContext>;
  readonly commands: readonly ConnectionCommand[];
  /** The event that the machine raises next. */
  readonly event?: ConnectionInternalEvent;
}

const NOTHING: Outcome = { context: {}, commands: [] };

export function initialContext(input: ConnectionInput | undefined): ConnectionContext {
  return {
    input: input ?? { role: 'responder', delivery: '' },
    session: undefined,
    handshake: undefined,
    generation: input?.role === 'initiator' ? (input.generation ?? 0) : 0,
    senderOnline: false,
    connected: input?.role === 'initiator' && (input.generation ?? 0) > 0 ? 'once' : 'never',
    authenticationFailures: 0,
    attempts: 0,
    jitter: 0,
  };
}

/** N1, N9: the first message of a new session. */
export function beginHandshake(
  input: ConnectionInput,
  drawn: Extract<ConnectionEvent, { type: 'entropy.drawn' }>,
): Outcome {
  if (input.role !== 'initiator') return NOTHING;
  const { session, ephemeral, computed, jitter } = drawn;
  const computes = computed === undefined ? 'core' : 'host';
  try {
    const initiator = { member: input.member, session };
    const { state, data } = startHandshake(input, initiator, ephemeral, computed);
    return {
      context: { handshake: { session, state, computes, answer: undefined }, jitter },
      commands: [{ type: 'relay.send', envelope: { peer: SENDER, session, seq: 0, data } }],
    };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    // The link's key is of low order: no further attempt can succeed.
    return {
      context: { authenticationFailures: AUTHENTICATION_FAILURES_MAX },
      commands: [],
      event: { type: 'handshake.failed' },
    };
  }
}

/** N1, N5, G1: handles the answer to our first message; any other message is ignored (N3). */
export function receiveAnswer(context: ConnectionContext, envelope: Envelope): Outcome {
  const { handshake } = context;
  const isAnswer =
    envelope.peer === SENDER && envelope.session === handshake?.session && envelope.seq === 0;
  if (!isAnswer || handshake.answer !== undefined) return NOTHING;
  const publicKey = remoteEphemeralOf(envelope, 'responder');
  if (handshake.computes === 'core' || publicKey === undefined)
    return finish(context, handshake, envelope);
  const { session, state } = handshake;
  return {
    context: { handshake: { ...handshake, answer: envelope } },
    commands: [{ type: 'secret.compute', session, privateKey: state.ephemeral, publicKey }],
  };
}

/** N1: the host has computed the secret of an answer, or could not. */
export function receiveSecret(
  context: ConnectionContext,
  { session, secret }: Extract<ConnectionEvent, { type: 'secret.computed' }>,
): Outcome {
  const { handshake } = context;
  return handshake?.answer === undefined || handshake.session !== session
    ? NOTHING
    : finish(context, handshake, handshake.answer, secret);
}

function finish(
  context: ConnectionContext,
  { state }: PendingHandshake,
  answer: Envelope,
  secret?: Uint8Array,
): Outcome {
  const { input } = context;
  if (input.role !== 'initiator') return NOTHING;
  try {
    return sendHello(input, finishHandshake(state, answer, secret), context.generation + 1);
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return {
      context: { handshake: undefined, authenticationFailures: context.authenticationFailures + 1 },
      commands: [],
      event: { type: 'handshake.failed' },
    };
  }
}

function sendHello(input: Initiator, fresh: Session, generation: number): Outcome {
  const hello = {
    type: 'hello',
    version: PROTOCOL_VERSION,
    delivery: input.delivery,
    generation,
    receiverName: input.receiverName,
  } as const;
  const { session, envelope } = sealMessage(fresh, hello);
  return {
    context: { handshake: undefined, session, generation },
    commands: [{ type: 'relay.send', envelope }],
    event: { type: 'handshake.finished' },
  };
}

/** N6: the third failure in a row is an attack and not an accident. */
export function isAttack({ authenticationFailures }: ConnectionContext): boolean {
  return authenticationFailures >= AUTHENTICATION_FAILURES_MAX;
}

/** Whether a failed connection ends the delivery: none has succeeded before, so there is nothing to lose (G8). */
export function isFirstTry({ input, connected, generation }: ConnectionContext): boolean {
  return connected === 'never' && (input.role === 'initiator' || generation === 1);
}

/** G7: a responder that has lost the lane asks for a new one, if the session is still there. */
export function askToReconnect({ input, session, generation }: ConnectionContext): Outcome {
  if (input.role === 'initiator' || session === undefined) return NOTHING;
  const sealed = sealMessage(session, { type: 'reconnect.wanted', generation });
  return {
    context: { session: sealed.session },
    commands: [{ type: 'relay.send', envelope: sealed.envelope }],
  };
}

/** N8, G8: no path was found, or no place is left: tells an other side that still waits why this session is over. */
export function sendGoodbye(
  { session }: ConnectionContext,
  reason: 'full' | 'unreachable',
): readonly ConnectionCommand[] {
  if (session === undefined) return [];
  const { envelope } = sealMessage(session, { type: 'goodbye', reason });
  return [{ type: 'relay.send', envelope }];
}

/** N7: empty data can't be opened, which tells the other side that its session is over. */
export function sessionEnd(session: Session): ConnectionCommand {
  return {
    type: 'relay.send',
    envelope: { peer: session.peer, session: session.id, seq: session.nextOut, data: '' },
  };
}
