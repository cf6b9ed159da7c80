// Begins what a receiver waits for while most of the page is still on its way. It is built as a script of its own that
// runs before the others (vite/early.ts), so it imports only what is as small.

import type { EphemeralKeys } from '@burritoshare/peer';

import { joinEarly, openEarly, type Seat } from './delivery/host/early-socket.ts';
import { x25519 } from './delivery/host/x25519.ts';
import { beginVisit } from './receiving/early-visit.ts';

/** A fragment that may be a link in its normal spelling (SPEC.md, L1). Any other waits for the page, which reads it. */
const LINK = /^#2\.([\w-]{88})$/;

/** Bytes of a link's room. */
const ROOM_BYTES = 16;

/** Where a link has the sender's public key. */
const KEY_BEGIN = 32;

/** Bytes of a link in front of its check: the key is the last. */
const CHECKED_BYTES = 64;

/** Bytes of a seat's token, and of a private key. */
const TOKEN_BYTES = 32;

/** The point whose multiples are X25519's public keys (RFC 7748, section 4.1). */
const BASE = Uint8Array.of(9, ...new Uint8Array(31));

/** The version of the protocol (SPEC.md, S2). */
const PROTOCOL_VERSION = 2;

/** Settles once everything has begun, and it is known whether this tab may join. */
export const begun: Promise<void> = begin().catch(() => undefined);

async function begin(): Promise<void> {
  const [, body] = LINK.exec(location.hash) ?? [];
  if (body === undefined) return;
  const bytes = bytesOf(body);
  if (!(await isWhole(bytes))) return;
  openEarly();
  const room = textOf(bytes.subarray(0, ROOM_BYTES));
  const publicKey = bytes.subarray(KEY_BEGIN, CHECKED_BYTES);
  const answers = Promise.all([beginVisit(room), keysFor(publicKey)]);
  // The first number that a page formats takes a browser longest, and there is nothing else to do now.
  new Intl.NumberFormat().format(0);
  const [found, keys] = await answers;
  // Something that was kept has a seat of its own, and a person may have to decide about it.
  if (found === 'nothing') joinEarly(seatIn(room, keys));
}

function seatIn(room: string, keys: EphemeralKeys | undefined): Seat {
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const join = { type: 'join', version: PROTOCOL_VERSION, role: 'receiver', room };
  return { room, drawn: { token, keys }, text: JSON.stringify({ ...join, token: textOf(token) }) };
}

// The keys of the first handshake (N1). A browser without X25519 leaves them to core.
async function keysFor(remote: Uint8Array): Promise<EphemeralKeys | undefined> {
  const ephemeral = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const [publicKey, es] = await x25519(ephemeral, [BASE, remote]).catch(() => []);
  return publicKey && es && { ephemeral, computed: { publicKey, es } };
}

// L3: a damaged link makes nobody speak to a server.
async function isWhole(bytes: Uint8Array): Promise<boolean> {
  const label = new TextEncoder().encode('burritoshare link 2');
  const hashed = Uint8Array.of(...label, ...bytes.subarray(0, CHECKED_BYTES));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', hashed));
  return hash[0] === bytes[CHECKED_BYTES] && hash[1] === bytes[CHECKED_BYTES + 1];
}

// Base64url, both ways: core's is in a script that is still on its way.
function bytesOf(text: string): Uint8Array {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
