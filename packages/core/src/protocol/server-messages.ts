import * as v from 'valibot';

import { PROTOCOL_VERSION, SERVER_MESSAGE_MAX, SIGNAL_BYTES_MAX } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { base64UrlUpTo, counted, id, peer, tag, textUpTo, token, whole } from './fields.ts';
import { parseJson } from './json.ts';
import { REFUSAL_CODES, SENDER, type ClientMessage, type ServerMessage } from './types.ts';

/** Characters of an ICE server's URL or credentials: several times the length that TURN services use. */
const ICE_TEXT_MAX = 1024;

const data = base64UrlUpTo(SIGNAL_BYTES_MAX);

const clientMessage = v.variant('type', [
  v.object({
    type: v.literal('join'),
    version: whole,
    role: v.picklist(['sender', 'receiver']),
    room: id,
    token,
  }),
  v.object({ type: v.literal('relay'), to: peer, session: id, seq: whole, data }),
  v.object({ type: v.literal('accepted') }),
  v.object({ type: v.literal('admit'), member: id }),
  v.object({ type: v.literal('dismiss'), member: id }),
  v.object({ type: v.literal('leave') }),
  v.object({ type: v.literal('pong') }),
]);

// Browsers throw on a URL of another scheme, and on an empty list. Refused here, it shows as the server's fault.
const iceUrl = v.pipe(textUpTo(ICE_TEXT_MAX), v.regex(/^(?:stun|turn)s?:/i));

const iceServer = v.object({
  urls: v.union([iceUrl, v.pipe(v.array(iceUrl), v.minLength(1))]),
  username: v.exactOptional(textUpTo(ICE_TEXT_MAX)),
  credential: v.exactOptional(textUpTo(ICE_TEXT_MAX)),
});

// S14: only a sender gets a tag for each peer and the number of seats.
const joined = v.pipe(
  v.object({
    type: v.literal('joined'),
    version: v.literal(PROTOCOL_VERSION),
    member: peer,
    peers: v.array(peer),
    tags: v.exactOptional(v.array(tag)),
    seats: v.exactOptional(counted),
    iceServers: v.array(iceServer),
  }),
  v.check(({ member, peers, tags, seats }) =>
    member === SENDER
      ? tags?.length === peers.length && seats !== undefined
      : tags === undefined && seats === undefined,
  ),
);

const serverMessage = v.variant('type', [
  joined,
  v.object({ type: v.literal('peer.online'), peer, tag: v.exactOptional(tag) }),
  v.object({ type: v.literal('peer.offline'), peer }),
  v.object({ type: v.literal('relay'), from: peer, session: id, seq: whole, data }),
  v.object({
    type: v.literal('refused'),
    code: v.picklist(REFUSAL_CODES),
    message: v.string(),
  }),
  v.object({ type: v.literal('replaced') }),
  v.object({ type: v.literal('restarting') }),
  v.object({ type: v.literal('ping') }),
]);

/**
 * Parses a client's message to the signaling server (SPEC.md, S). A join of another version is accepted if its other
 * fields are the known ones: the room refuses it.
 *
 * @throws RemoteProtocolError `malformed`, `version` (a join of another version, with other fields) or `limit` (a text
 *   over {@link SERVER_MESSAGE_MAX}).
 */
export function parseClientMessage(text: string): ClientMessage {
  requireShort(text);
  return parseJson(clientMessage, text);
}

/**
 * Parses a message of the signaling server (SPEC.md, S).
 *
 * @throws RemoteProtocolError `malformed`, `version` (a `joined` of another version) or `limit` (a text over
 *   {@link SERVER_MESSAGE_MAX}).
 */
export function parseServerMessage(text: string): ServerMessage {
  requireShort(text);
  return parseJson(serverMessage, text);
}

/** @throws LocalProtocolError `limit` if the text is over {@link SERVER_MESSAGE_MAX}. */
export function encodeClientMessage(message: ClientMessage): string {
  return encode(message);
}

/** @throws LocalProtocolError `limit` if the text is over {@link SERVER_MESSAGE_MAX}. */
export function encodeServerMessage(message: ServerMessage): string {
  return encode(message);
}

function encode(message: ClientMessage | ServerMessage): string {
  const text = JSON.stringify(message);
  if (text.length > SERVER_MESSAGE_MAX)
    throw new LocalProtocolError('limit', 'a message too long for signaling');
  return text;
}

function requireShort(text: string): void {
  if (text.length > SERVER_MESSAGE_MAX)
    throw new RemoteProtocolError('limit', 'a signaling message that is too long');
}
