import * as v from 'valibot';

import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { PROTOCOL_VERSION, SESSION_BYTES_MAX } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { candidate, counted, description, id } from './fields.ts';
import { parseJson } from './json.ts';
import { GOODBYE_REASONS, type SessionMessage } from './types.ts';

const sessionMessage = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    version: v.literal(PROTOCOL_VERSION),
    delivery: id,
    generation: counted,
  }),
  v.object({
    type: v.literal('description'),
    generation: counted,
    round: counted,
    ...description,
  }),
  v.object({
    type: v.literal('candidate'),
    generation: counted,
    round: counted,
    ...candidate,
  }),
  v.object({ type: v.literal('restart.wanted'), generation: counted }),
  v.object({ type: v.literal('reconnect.wanted'), generation: counted }),
  v.object({ type: v.literal('goodbye'), reason: v.picklist(GOODBYE_REASONS) }),
]);

/**
 * Parses a message of the other side inside a session (SPEC.md, N5).
 *
 * @param bytes - the opened plaintext.
 * @throws RemoteProtocolError `malformed`, `version` (a hello of another version) or `limit` (over
 *   {@link SESSION_BYTES_MAX}).
 */
export function parseSessionMessage(bytes: Uint8Array): SessionMessage {
  if (bytes.length > SESSION_BYTES_MAX) {
    throw new RemoteProtocolError('limit', 'a session message that is too long');
  }
  return parseJson(sessionMessage, decodeUtf8(bytes));
}

/**
 * The plaintext of a session message.
 *
 * @throws LocalProtocolError `limit` over {@link SESSION_BYTES_MAX}.
 */
export function encodeSessionMessage(message: SessionMessage): Uint8Array<ArrayBuffer> {
  const bytes = encodeUtf8(JSON.stringify(message));
  if (bytes.length > SESSION_BYTES_MAX) {
    throw new LocalProtocolError('limit', 'a session message that is too long');
  }
  return bytes;
}
