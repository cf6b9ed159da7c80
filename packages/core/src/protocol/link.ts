import { sha256 } from '@noble/hashes/sha2.js';

import { concatBytes, encodeUtf8, equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts';
import { LINK_VERSION } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { keyPairFromPrivate, type KeyPair } from '../noise/index.ts';

/** Bytes of R, of S and of a member id: 128 bits can't be guessed, and keep the link short. */
const ID_BYTES = 16;

/** Bytes of T. */
const TOKEN_BYTES = 32;

/** Bytes of the check: a change passes it once in 65,536 times, and it adds three characters at most. */
const CHECK_BYTES = 2;

/** Characters of base64url(R ‖ S ‖ P ‖ check), which is 66 bytes (rule L1). */
const BODY_CHARACTERS = 88;

/** Characters that are read: far more than any program puts around a link. */
const TEXT_MAX = 4096;

/** Places in a text where a link may begin. Each gives a change one more chance to pass the check. */
const STARTS_MAX = 16;

/** A text with that many characters of base64url counts as a damaged link, whatever is before it. */
const LIKENESS = 40;

/** How many times over a link may have been percent-encoded. */
const ENCODINGS_MAX = 3;

const SEAT = encodeUtf8('burritoshare seat');
const MEMBER = encodeUtf8('burritoshare member');
const CHECK = encodeUtf8(`burritoshare link ${LINK_VERSION}`);

/** The sender's parts of a link. */
export interface LinkSecrets {
  /** R in base64url: the only part that a server learns (rule L4). */
  readonly room: string;
  /** T, 32 bytes: proves the sender's seat to the server. */
  readonly token: Uint8Array;
  /** S, 16 bytes. */
  readonly secret: Uint8Array;
  readonly staticKeys: KeyPair;
}

/** The parts of a link that a receiver reads. */
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
 * Makes a link's parts from random bytes that the host has drawn.
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
 * @param origin - the web app's address, with or without a slash at its end.
 */
export function formatLink(origin: string, secrets: LinkSecrets): string {
  const fragment = formatFragment({
    roomBytes: fromBase64Url(secrets.room),
    secret: secrets.secret,
    publicKey: secrets.staticKeys.publicKey,
  });
  return `${origin}${origin.endsWith('/') ? '' : '/'}${fragment}`;
}

/** A link without its origin: `#2.` and 88 characters. */
export function formatFragment(link: Omit<Link, 'room'>): string {
  return `#${LINK_VERSION}.${formatGift(link)}`;
}

/** The 88 characters of a link that `give` carries (rule B1): neither an origin nor a version. */
export function formatGift({ roomBytes, secret, publicKey }: Omit<Link, 'room'>): string {
  const bytes = concatBytes(roomBytes, secret, publicKey);
  return toBase64Url(concatBytes(bytes, checkOf(bytes)));
}

/** The link that was handed back with these characters; undefined for anything else, however much it looks like one. */
export function readGift(gift: string): Link | undefined {
  return /^[\w-]+$/.test(gift) ? linkIn(gift) : undefined;
}

/**
 * Reads a link (rules L3, L5): a whole URL, its fragment, or the part after the `#`, even with text around it or
 * changes that programs make to it. Its check decides whether it is a link.
 *
 * @throws RemoteProtocolError `damaged` if a part is missing or changed, `version` for a link of another version,
 *   `malformed` for a text without a link.
 */
export function parseLink(text: string): Link {
  const decoded = decodePercents(text.slice(0, TEXT_MAX))
    .replace(/\u2014/g, '--')
    .replace(/[\p{Dash_Punctuation}\u2212]/gu, '-');
  for (const body of bodiesIn(decoded)) {
    const link = linkIn(body);
    if (link !== undefined) return link;
  }
  throw refusalOf(decoded);
}

// A body begins after a `#`, digits and a dot, or after less if some of these got lost. What has all of them comes
// first: of other texts, one in 65,536 happens to have a right check.
function* bodiesIn(text: string): Generator<string> {
  yield* bodiesBehind(text, /#[^\w-]*\d[^\w-]*\./g);
  yield* bodiesBehind(text, /#|\d[^\w-]*\./g);
}

function* bodiesBehind(text: string, marks: RegExp): Generator<string> {
  let starts = 0;
  for (const { 0: mark, index } of text.matchAll(marks)) {
    if (++starts > STARTS_MAX) return;
    const behind = charactersOf(text.slice(index + mark.length));
    yield behind.slice(0, BODY_CHARACTERS);
    if (mark === '#') yield behind.slice(1, 1 + BODY_CHARACTERS);
  }
}

function charactersOf(text: string): string {
  return text.replace(/[^\w-]/g, '');
}

function linkIn(body: string): Link | undefined {
  if (body.length !== BODY_CHARACTERS) return undefined;
  const bytes = fromBase64Url(body);
  const content = bytes.slice(0, -CHECK_BYTES);
  if (!equalBytes(checkOf(content), bytes.subarray(-CHECK_BYTES))) return undefined;
  const roomBytes = content.slice(0, ID_BYTES);
  return {
    room: toBase64Url(roomBytes),
    roomBytes,
    secret: content.slice(ID_BYTES, 2 * ID_BYTES),
    publicKey: content.slice(2 * ID_BYTES),
  };
}

function refusalOf(text: string): RemoteProtocolError {
  const [, version] = /(?:^|#)[^\w-]*(\d+)[^\w-]*\./.exec(text) ?? [];
  if (version !== undefined && Number(version) !== LINK_VERSION)
    return new RemoteProtocolError('version', 'a link of another version');
  const rest = text.replace(/^[^#]*:\/\/[^#]*/, '');
  return version !== undefined || charactersOf(rest).length >= LIKENESS
    ? new RemoteProtocolError('damaged', 'a link whose check does not hold')
    : new RemoteProtocolError('malformed', 'not a link of BurritoShare');
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return sha256(concatBytes(CHECK, bytes)).subarray(0, CHECK_BYTES);
}

// Some programs encode twice. Bytes that aren't UTF-8 stay encoded, except for ASCII.
function decodePercents(text: string): string {
  let decoded = text;
  for (let time = 0; time < ENCODINGS_MAX && decoded.includes('%'); time++)
    decoded = decoded.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  return decoded;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  }
}

function idOf(prefix: Uint8Array, token: Uint8Array): Uint8Array<ArrayBuffer> {
  if (token.length !== TOKEN_BYTES) {
    throw new LocalProtocolError('argument', 'a token takes 32 bytes');
  }
  return sha256(concatBytes(prefix, token)).slice(0, ID_BYTES);
}
