// X25519 by Node's crypto in place of core's, which takes milliseconds for each of the thousands of handshakes here.
// Core's vector tests check core's version against the specification and against this one.

import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

/** The fields that all keys have (RFC 8037). A key in DER takes Node about nine times as long to read. */
const CURVE = { kty: 'OKP', crv: 'X25519' };

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

// Keeps parsed keys: each is used two or three times in a row, and parsing takes longer than use.
const parsed = new Map<string, KeyObject>();
const PARSED_MAX = 16;

function privateKeyOf(bytes: Uint8Array): KeyObject {
  const d = textOf(bytes);
  const known = parsed.get(d);
  if (known !== undefined) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  // Node wants a public key in text, and works it out from the private one by itself.
  const made = createPrivateKey({ key: { ...CURVE, d, x: '' }, format: 'jwk' });
  parsed.set(d, made);
  return made;
}

export const x25519 = {
  getPublicKey(privateKey: Uint8Array): Uint8Array {
    const { x = '' } = privateKeyOf(privateKey).export({ format: 'jwk' });
    return new Uint8Array(Buffer.from(x, 'base64url'));
  },
  getSharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    const key = { ...CURVE, x: textOf(publicKey) };
    return new Uint8Array(
      diffieHellman({
        privateKey: privateKeyOf(privateKey),
        publicKey: createPublicKey({ key, format: 'jwk' }),
      }),
    );
  },
};
