// X25519 by Node's crypto in place of core's, which takes milliseconds for each of the thousands of handshakes here.
// Core's vector tests check core's version against the specification and against this one.

import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

// The DER in front of a key's 32 bytes (RFC 8410).
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

// Keeps parsed keys: each is used two or three times in a row, and parsing takes longer than use.
const parsed = new Map<string, KeyObject>();
const PARSED_MAX = 16;

function privateKeyOf(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([PRIVATE, bytes]);
  const name = key.toString('latin1');
  const known = parsed.get(name);
  if (known !== undefined) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  const made = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  parsed.set(name, made);
  return made;
}

export const x25519 = {
  getPublicKey(privateKey: Uint8Array): Uint8Array {
    const der = createPublicKey(privateKeyOf(privateKey)).export({ format: 'der', type: 'spki' });
    return new Uint8Array(der.subarray(PUBLIC.length));
  },
  getSharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    const key = Buffer.concat([PUBLIC, publicKey]);
    return new Uint8Array(
      diffieHellman({
        privateKey: privateKeyOf(privateKey),
        publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
      }),
    );
  },
};
