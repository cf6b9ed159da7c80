import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { concatBytes, equalBytes, fromBase64Url } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import { greetingKeyOf } from '../noise/index.ts';
import type { HandshakeKeys } from './types.ts';
import type { Envelope } from '../protocol/envelope.ts';

/** Bytes of the MAC in front of a session's first message: 128 bits can't be guessed. */
export const MAC_BYTES = 16;

/** Bytes of a member's and of a session's id. Their lengths are fixed, so that no two inputs give the same bytes. */
const ID_BYTES = 16;

/** The member that begins a handshake, and its session. */
interface Initiator {
  /** The id that the server puts on this member's messages, in base64url. */
  readonly member: string;
  readonly session: string;
}

function macOf(
  keys: HandshakeKeys,
  { member, session }: Initiator,
  message: Uint8Array,
): Uint8Array {
  const ids = [keys.roomBytes, fromBase64Url(member), fromBase64Url(session)];
  if (ids.some(({ length }) => length !== ID_BYTES))
    throw new RemoteProtocolError('malformed', 'an id that does not take 16 bytes');
  const key = greetingKeyOf(keys.secret, keys.publicKey);
  return hmac(sha256, key, concatBytes(...ids, message)).slice(0, MAC_BYTES);
}

/** N9: puts the MAC in front of a Noise message. */
export function authenticate(
  keys: HandshakeKeys,
  initiator: Initiator,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes(macOf(keys, initiator, message), message);
}

/**
 * N9: checks the MAC of a session's first message, and returns the Noise message behind it.
 *
 * @throws RemoteProtocolError `authentication` if the MAC is wrong, `malformed` if there is none.
 */
export function authenticated(
  keys: HandshakeKeys,
  { peer, session, data }: Pick<Envelope, 'peer' | 'session' | 'data'>,
): Uint8Array {
  const bytes = fromBase64Url(data);
  if (bytes.length <= MAC_BYTES)
    throw new RemoteProtocolError('malformed', `a first message of ${bytes.length} bytes`);
  const message = bytes.subarray(MAC_BYTES);
  const expected = macOf(keys, { member: peer, session }, message);
  if (!equalBytes(bytes.subarray(0, MAC_BYTES), expected))
    throw new RemoteProtocolError('authentication', 'a greeting from somebody without the link');
  return message;
}
