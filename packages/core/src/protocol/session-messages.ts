import * as v from 'valibot';

import { decodeUtf8, encodeUtf8 } from '../bytes.ts';
import { PROTOCOL_VERSION, SDP_MAX, SESSION_BYTES_MAX } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { counted, id, textUpTo, whole } from './fields.ts';
import { parseJson } from './json.ts';
import type { SessionMessage } from './types.ts';

/** Characters of a candidate: several times the longest that browsers make, with TURN over TLS. */
const CANDIDATE_MAX = 1024;

/** Characters of an SDP media identification tag; browsers use one or two. */
const MID_MAX = 64;

/** `RTCIceCandidate.sdpMLineIndex` is an unsigned short. */
const LINE_MAX = 0xffff;

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
    kind: v.picklist(['offer', 'answer']),
    sdp: textUpTo(SDP_MAX),
  }),
  v.object({
    type: v.literal('candidate'),
    generation: counted,
    round: counted,
    candidate: textUpTo(CANDIDATE_MAX),
    mid: v.nullable(textUpTo(MID_MAX)),
    line: v.nullable(v.pipe(whole, v.maxValue(LINE_MAX))),
  }),
  v.object({ type: v.literal('restart.wanted'), generation: counted }),
  v.object({ type: v.literal('reconnect.wanted'), generation: counted }),
  v.object({ type: v.literal('goodbye'), reason: v.picklist(['ended', 'full', 'unreachable']) }),
]);

/**
 * What the other side said inside a session (SPEC.md, N5).
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
