import { sha256 } from '@noble/hashes/sha2.js';

import { concatBytes, encodeUtf8, fromBase64Url, toBase64Url } from '../bytes.ts';
import { PROTOCOL_VERSION } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { keyPairFromPrivate, type KeyPair } from '../noise/index.ts';

/** Bytes of R, of S, of a member id: 128 bits can't be guessed, and keep the link short. */
const ID_BYTES = 16;

/** Bytes of T. */
const TOKEN_BYTES = 32;

/** Characters of base64url(R ‖ S ‖ P), which is 64 bytes (rule L1). */
const BODY_CHARACTERS = 86;

const SEAT = encodeUtf8('burritoshare seat');
const MEMBER = encodeUtf8('burritoshare member');

/** What the sender holds of a link. */
export interface LinkSecrets {
  /** R in base64url: all that a server is told (rule L4). */
  readonly room: string;
  /** T, 32 bytes: proves the sender's seat to the server. */
  readonly token: Uint8Array;
  /** S, 16 bytes. */
  readonly secret: Uint8Array;
  readonly staticKeys: KeyPair;
}

/** What a receiver reads out of a link. */
export interface Link {
  /** R in base64url. */
  readonly room: string;
  /** R, 16 bytes. */
  readonly roomBytes: Uint8Array;
  /** S, 16 bytes. */
  readonly secret: Uint8Array;
  /** P, 32 bytes: the sender's X25519 public key. */
  readonly publicKey: Uint8Array;
}

/**
 * Makes what a link consists of from bytes that the host has drawn at random.
 *
 * @param drawn - token: 32 bytes, secret: 16, privateKey: 32.
 * @throws LocalProtocolError `argument` on other lengths.
 */
export function createLinkSecrets(drawn: {
  readonly token: Uint8Array;
  readonly secret: Uint8Array;
  readonly privateKey: Uint8Array;
}): LinkSecrets {
  const { token, secret, privateKey } = drawn;
  if (secret.length !== ID_BYTES) {
    throw new LocalProtocolError('argument', 'a link secret takes 16 bytes');
  }
  const staticKeys = keyPairFromPrivate(privateKey);
  return { room: toBase64Url(roomOf(token)), token, secret, staticKeys };
}

/**
 * The room id R of a seat token (rule L2), 16 bytes.
 *
 * @throws LocalProtocolError `argument` unless `token` takes 32 bytes.
 */
export function roomOf(token: Uint8Array): Uint8Array<ArrayBuffer> {
  return idOf(SEAT, token);
}

/**
 * A receiver's member id from its token (rule S3), 16 bytes.
 *
 * @throws LocalProtocolError `argument` unless `token` takes 32 bytes.
 */
export function memberOf(token: Uint8Array): Uint8Array<ArrayBuffer> {
  return idOf(MEMBER, token);
}

/**
 * The whole link (rule L1).
 *
 * @param origin - where the web app is, with or without a slash at its end.
 */
export function formatLink(origin: string, secrets: LinkSecrets): string {
  const room = fromBase64Url(secrets.room);
  const body = toBase64Url(concatBytes(room, secrets.secret, secrets.staticKeys.publicKey));
  return `${origin}${origin.endsWith('/') ? '' : '/'}#${PROTOCOL_VERSION}.${body}`;
}

/**
 * Reads a link: a whole URL, its fragment with the `#`, or without it. White space around it is dropped.
 *
 * @throws RemoteProtocolError `version` or `malformed` (rule L3).
 */
export function parseLink(text: string): Link {
  const parts = /^(?:(?:https?:\/\/[^\s#]+)?#)?([1-9]\d*)\.(\S*)$/i.exec(text.trim());
  const [, version, body = ''] = parts ?? [];
  if (version === undefined)
    throw new RemoteProtocolError('malformed', 'not a link of BurritoShare');
  if (version !== String(PROTOCOL_VERSION)) {
    throw new RemoteProtocolError('version', 'a link of another version');
  }
  if (body.length !== BODY_CHARACTERS) {
    throw new RemoteProtocolError('malformed', 'a link of the wrong length');
  }
  const bytes = fromBase64Url(body);
  const roomBytes = bytes.slice(0, ID_BYTES);
  return {
    room: toBase64Url(roomBytes),
    roomBytes,
    secret: bytes.slice(ID_BYTES, 2 * ID_BYTES),
    publicKey: bytes.slice(2 * ID_BYTES),
  };
}

function idOf(prefix: Uint8Array, token: Uint8Array): Uint8Array<ArrayBuffer> {
  if (token.length !== TOKEN_BYTES) {
    throw new LocalProtocolError('argument', 'a token takes 32 bytes');
  }
  return sha256(concatBytes(prefix, token)).slice(0, ID_BYTES);
}
