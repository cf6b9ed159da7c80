import { AUTHENTICATION_FAILURES_MAX, PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { SENDER } from '../protocol/types.ts';
import { finishGreeting, greet, speak } from './session.ts';
import type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  ConnectionInternalEvent,
  Session,
} from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

type Initiator = Extract<ConnectionInput, { role: 'initiator' }>;

/** What a rule changes and asks for. */
export interface Outcome {
  readonly context: Partial<ConnectionContext>;
  readonly commands: readonly ConnectionCommand[];
  /** What the machine is told next. */
  readonly event?: ConnectionInternalEvent;
}

const NOTHING: Outcome = { context: {}, commands: [] };

export function initialContext(input: ConnectionInput | undefined): ConnectionContext {
  return {
    input: input ?? { role: 'responder', delivery: '' },
    session: undefined,
    greeting: undefined,
    generation: input?.role === 'initiator' ? (input.generation ?? 0) : 0,
    senderOnline: false,
    connected: input?.role === 'initiator' && (input.generation ?? 0) > 0 ? 'once' : 'never',
    authenticationFailures: 0,
    attempts: 0,
    jitter: 0,
  };
}

/** N1, N9: the first message of a new session. */
export function beginGreeting(
  input: ConnectionInput,
  drawn: Extract<ConnectionEvent, { type: 'entropy.drawn' }>,
): Outcome {
  if (input.role !== 'initiator') return NOTHING;
  const { session, ephemeral, jitter } = drawn;
  try {
    const { state, data } = greet(input, { member: input.member, session }, ephemeral);
    return {
      context: { greeting: { session, state }, jitter },
      commands: [{ type: 'relay.send', envelope: { peer: SENDER, session, seq: 0, data } }],
    };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    // The link's own key is one that nobody may use: no further attempt can go better.
    return {
      context: { authenticationFailures: AUTHENTICATION_FAILURES_MAX },
      commands: [],
      event: { type: 'greeting.refused' },
    };
  }
}

/** N1, N5, G1: the answer to our greeting; what isn't one is ignored (N3). */
export function hearGreeting(context: ConnectionContext, envelope: Envelope): Outcome {
  const { greeting, input } = context;
  const isAnswer =
    envelope.peer === SENDER && envelope.session === greeting?.session && envelope.seq === 0;
  if (!isAnswer || input.role !== 'initiator') return NOTHING;
  try {
    return sayHello(input, finishGreeting(greeting.state, envelope), context.generation + 1);
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return {
      context: { greeting: undefined, authenticationFailures: context.authenticationFailures + 1 },
      commands: [],
      event: { type: 'greeting.refused' },
    };
  }
}

function sayHello(input: Initiator, fresh: Session, generation: number): Outcome {
  const hello = {
    type: 'hello',
    version: PROTOCOL_VERSION,
    delivery: input.delivery,
    generation,
  } as const;
  const { session, envelope } = speak(fresh, hello);
  return {
    context: { greeting: undefined, session, generation },
    commands: [{ type: 'relay.send', envelope }],
    event: { type: 'greeting.finished' },
  };
}

/** The third in a row is an attack and not an accident (N6). */
export function isAttack({ authenticationFailures }: ConnectionContext): boolean {
  return authenticationFailures >= AUTHENTICATION_FAILURES_MAX;
}

/** Whether a connection that doesn't come about is the end: it never did, and there is nothing to lose (G8). */
export function isFirstTry({ input, connected, generation }: ConnectionContext): boolean {
  return connected === 'never' && (input.role === 'initiator' || generation === 1);
}

/** G7: what a responder that has lost the lane says, where the session is still there. */
export function askToReconnect({ input, session, generation }: ConnectionContext): Outcome {
  if (input.role === 'initiator' || session === undefined) return NOTHING;
  const spoken = speak(session, { type: 'reconnect.wanted', generation });
  return {
    context: { session: spoken.session },
    commands: [{ type: 'relay.send', envelope: spoken.envelope }],
  };
}

/** N8, G8: no way was found, or no place is left; who still waits for it is told why this session is over. */
export function sayGoodbye(
  { session }: ConnectionContext,
  reason: 'full' | 'unreachable',
): readonly ConnectionCommand[] {
  if (session === undefined) return [];
  const { envelope } = speak(session, { type: 'goodbye', reason });
  return [{ type: 'relay.send', envelope }];
}

/** N7: empty data can't be opened, which tells the other side that its session is over. */
export function farewellTo(session: Session): ConnectionCommand {
  return {
    type: 'relay.send',
    envelope: { peer: session.peer, session: session.id, seq: session.nextOut, data: '' },
  };
}
