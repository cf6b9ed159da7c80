import * as v from 'valibot';

import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import {
  FILES_MAX,
  HELLO_BYTES,
  PROTOCOL_VERSION,
  SESSION_BYTES_MAX,
  SUMMARY_BYTES,
} from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { candidate, counted, description, id, whole } from './fields.ts';
import { parseJson } from './json.ts';
import { isNormalName } from './names.ts';
import { isNormalNote, isNormalPersonName } from './person-texts.ts';
import { GOODBYE_REASONS, type SessionMessage } from './types.ts';

const personName = v.optional(v.pipe(v.string(), v.check(isNormalPersonName)));

const sessionMessage = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    version: v.literal(PROTOCOL_VERSION),
    delivery: id,
    generation: counted,
    receiverName: personName,
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
  v.object({
    type: v.literal('summary'),
    name: v.pipe(v.string(), v.check(isNormalName)),
    files: v.pipe(whole, v.maxValue(FILES_MAX)),
    bytes: whole,
    senderName: personName,
    note: v.optional(v.pipe(v.string(), v.check(isNormalNote))),
  }),
  v.object({ type: v.literal('wait'), senderName: personName }),
  v.object({ type: v.literal('restart.wanted'), generation: counted }),
  v.object({ type: v.literal('reconnect.wanted'), generation: counted }),
  v.object({ type: v.literal('goodbye'), reason: v.picklist(GOODBYE_REASONS) }),
]);

/**
 * Bytes of the plaintexts that go through the server when somebody comes, whatever is in them: what it relays tells it
 * neither how long a bundle's name is, nor whether a place was left (SPEC.md, N10). JSON allows spaces behind a value,
 * so that they need no field of their own, and no parser has to know of them.
 */
const LENGTHS: Readonly<Partial<Record<SessionMessage['type'], number>>> = {
  hello: HELLO_BYTES,
  summary: SUMMARY_BYTES,
  wait: SUMMARY_BYTES,
  goodbye: SUMMARY_BYTES,
};

const SPACE = 0x20;

/**
 * Parses a message of the other side inside a session (SPEC.md, N5).
 *
 * @param bytes - the opened plaintext.
 * @throws RemoteProtocolError `malformed` (also by its length, N10), `version` (a hello of another version) or `limit`
 *   (over {@link SESSION_BYTES_MAX}).
 */
export function parseSessionMessage(bytes: Uint8Array): SessionMessage {
  if (bytes.length > SESSION_BYTES_MAX) {
    throw new RemoteProtocolError('limit', 'a session message that is too long');
  }
  const message = parseJson(sessionMessage, decodeUtf8(bytes));
  if (bytes.length !== (LENGTHS[message.type] ?? bytes.length))
    throw new RemoteProtocolError('malformed', `a ${message.type} of ${bytes.length} bytes`);
  return message;
}

/**
 * The plaintext of a session message.
 *
 * @throws LocalProtocolError `limit` over {@link SESSION_BYTES_MAX}, or over its kind's one length (N10).
 */
export function encodeSessionMessage(message: SessionMessage): Uint8Array<ArrayBuffer> {
  const bytes = encodeUtf8(JSON.stringify(message));
  const length = LENGTHS[message.type] ?? bytes.length;
  if (bytes.length > Math.min(length, SESSION_BYTES_MAX)) {
    throw new LocalProtocolError('limit', 'a session message that is too long');
  }
  const padded = new Uint8Array(length).fill(SPACE);
  padded.set(bytes);
  return padded;
}
