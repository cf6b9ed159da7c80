import { fromBase64Url, toBase64Url, concatBytes, encodeUtf8 } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import {
  ephemeralIn,
  finishInitiator,
  open,
  pskOf,
  respond,
  seal,
  startInitiator,
  type InitiatorComputed,
  type InitiatorState,
  type KeyPair,
  type ResponderComputed,
} from '../noise/index.ts';
import { encodeSessionMessage, parseSessionMessage } from '../protocol/session-messages.ts';
import type { PeerId, SessionMessage } from '../protocol/types.ts';
import { authenticate, authenticated, MAC_BYTES } from './greeting-mac.ts';
import type { ConnectionInput, HandshakeKeys, Session } from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

/** N1: the bytes that both ends must agree on before a handshake. */
export function prologueOf(roomBytes: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8('burritoshare 2'), roomBytes);
}

/**
 * N1, N2, N9: the initiator's first message, as the `data` of seq 0.
 *
 * @param initiator - the member's id as the server knows it (S3), and the session's, both in base64url.
 * @param ephemeral - 32 fresh random bytes.
 * @param computed - what the host has computed from them.
 * @throws RemoteProtocolError `authentication` if the link's key is of low order.
 */
export function startHandshake(
  keys: HandshakeKeys,
  initiator: { readonly member: string; readonly session: string },
  ephemeral: Uint8Array,
  computed?: InitiatorComputed,
): { readonly state: InitiatorState; readonly data: string } {
  const { state, message } = startInitiator({
    prologue: prologueOf(keys.roomBytes),
    psk: pskOf(keys.secret, keys.publicKey),
    remoteStatic: keys.publicKey,
    ephemeral,
    computed,
  });
  return { state, data: toBase64Url(authenticate(keys, initiator, message)) };
}

/** N9: whether the sender of a first message has the whole link. Nothing is computed with a curve for it. */
export function isFromLink(keys: HandshakeKeys, envelope: Envelope): boolean {
  return refusable(() => authenticated(keys, envelope)) !== undefined;
}

/**
 * N1: the responder's half of the handshake. Nothing is computed with a curve before the MAC has been verified (N9).
 *
 * @throws RemoteProtocolError `authentication` or `malformed`
 */
export function answerHandshake(
  keys: HandshakeKeys & { readonly staticKeys: KeyPair },
  ephemeral: Uint8Array,
  envelope: { readonly peer: PeerId; readonly session: string; readonly data: string },
  computed?: ResponderComputed,
): { readonly session: Session; readonly data: string } {
  const first = authenticated(keys, envelope);
  const { transport, message, payload } = respond({
    prologue: prologueOf(keys.roomBytes),
    psk: pskOf(keys.secret, keys.publicKey),
    static: keys.staticKeys,
    ephemeral,
    computed,
    message: first,
  });
  if (payload.length > 0)
    throw new RemoteProtocolError('malformed', 'a handshake payload that is not empty');
  return {
    session: { id: envelope.session, peer: envelope.peer, transport, nextOut: 1, nextIn: 1 },
    data: toBase64Url(message),
  };
}

/**
 * The ephemeral key in a handshake message of this role, for a host that computes with it; undefined if there is none. An
 * initiator's message has a MAC in front (N9).
 */
export function remoteEphemeralOf(
  { data }: Pick<Envelope, 'data'>,
  from: ConnectionInput['role'],
): Uint8Array | undefined {
  const bytes = refusable(() => fromBase64Url(data));
  return bytes && ephemeralIn(from === 'initiator' ? bytes.subarray(MAC_BYTES) : bytes);
}

/**
 * N1: the initiator's end of the handshake.
 *
 * @throws RemoteProtocolError `authentication` or `malformed`
 */
export function finishHandshake(
  state: InitiatorState,
  envelope: Envelope,
  ee?: Uint8Array,
): Session {
  const { transport, payload } = finishInitiator(state, fromBase64Url(envelope.data), ee);
  if (payload.length > 0)
    throw new RemoteProtocolError('malformed', 'a handshake payload that is not empty');
  return { id: envelope.session, peer: envelope.peer, transport, nextOut: 1, nextIn: 1 };
}

/** Seals one message for the other side. */
export function sealMessage(
  session: Session,
  message: SessionMessage,
): { readonly session: Session; readonly envelope: Envelope } {
  const sealed = seal(session.transport.send, encodeSessionMessage(message));
  return {
    session: {
      ...session,
      transport: { ...session.transport, send: sealed.cipher },
      nextOut: session.nextOut + 1,
    },
    envelope: {
      peer: session.peer,
      session: session.id,
      seq: session.nextOut,
      data: toBase64Url(sealed.message),
    },
  };
}

/** The result of opening an envelope. */
export type Opened =
  | { readonly kind: 'message'; readonly session: Session; readonly message: SessionMessage }
  /** It belongs to another session, or is a repetition (N3). */
  | { readonly kind: 'ignored' }
  /** The session is over (N3). If it can't be opened at all, as with empty data (N7), the cause is `authentication`. */
  | { readonly kind: 'ended'; readonly cause: 'gap' | 'authentication' | 'malformed' };

/** Opens an envelope. Never throws: every result is one of {@link Opened}. */
export function openEnvelope(session: Session, envelope: Envelope): Opened {
  if (
    envelope.session !== session.id ||
    envelope.peer !== session.peer ||
    envelope.seq < session.nextIn
  ) {
    return { kind: 'ignored' };
  }
  if (envelope.seq > session.nextIn) return { kind: 'ended', cause: 'gap' };
  const opened = refusable(() => open(session.transport.receive, fromBase64Url(envelope.data)));
  if (opened === undefined) return { kind: 'ended', cause: 'authentication' };
  const message = refusable(() => parseSessionMessage(opened.plaintext));
  if (message === undefined) return { kind: 'ended', cause: 'malformed' };
  const transport = { ...session.transport, receive: opened.cipher };
  return {
    kind: 'message',
    session: { ...session, transport, nextIn: session.nextIn + 1 },
    message,
  };
}

function refusable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
