import { gcm } from '@noble/ciphers/aes.js';

import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { x25519 } from './x25519.ts';

/**
 * Bytes of an X25519 key, an AES-256 key, a psk and a SHA-256 hash: Noise's DHLEN, key length and HASHLEN are equal
 * here.
 */
export const KEY_BYTES = 32;

/** Bytes that AES-GCM adds to a plaintext (Noise specification, section 5.1). */
export const TAG_BYTES = 16;

/** Bytes of any Noise message, handshake or transport (Noise specification, section 3). */
export const MESSAGE_BYTES_MAX = 65_535;

/** Stands for an absent payload or absent associated data. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Bytes of the AES-GCM nonce: four zero bytes and a 64-bit counter (Noise specification, section 12.3). */
const NONCE_BYTES = 12;

/**
 * Checks the length of bytes that this side supplied.
 *
 * @throws LocalProtocolError `argument`
 */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new LocalProtocolError('argument', `${what} takes ${length} bytes, not ${bytes.length}`);
  }
}

/** The X25519 public key of a 32-byte private key. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey);
}

/**
 * X25519. Noise allows either to continue with an all-zero secret or to refuse it. We refuse, so that no outsider can
 * choose the secret.
 *
 * @throws RemoteProtocolError `authentication` on a low-order public key: it came from the other side, or
 *   from the link that the other side wrote.
 */
export function dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(privateKey, publicKey);
  } catch (cause) {
    throw new RemoteProtocolError('authentication', 'a public key of low order', { cause });
  }
}

/**
 * A shared secret that a host has computed, held to the rules of {@link dh}.
 *
 * @throws RemoteProtocolError `authentication` if it is all zeros, LocalProtocolError `argument` on another length.
 */
export function requireSecret(secret: Uint8Array): Uint8Array {
  requireLength(secret, KEY_BYTES, 'a shared secret');
  if (secret.every((byte) => byte === 0))
    throw new RemoteProtocolError('authentication', 'a public key of low order');
  return secret;
}

/** AES-256-GCM; the counter is below 2^32. */
export function encrypt(
  key: Uint8Array,
  counter: number,
  ad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return gcm(key, nonceOf(counter), ad).encrypt(plaintext);
}

/**
 * The inverse of {@link encrypt}; the ciphertext is at least as long as its tag.
 *
 * @throws RemoteProtocolError `authentication`
 */
export function decrypt(
  key: Uint8Array,
  counter: number,
  ad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  try {
    return gcm(key, nonceOf(counter), ad).decrypt(ciphertext);
  } catch (cause) {
    throw new RemoteProtocolError('authentication', 'a message that does not decrypt', { cause });
  }
}

function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  // The counter has 64 bits, big-endian; ours never needs the upper half.
  new DataView(nonce.buffer).setUint32(NONCE_BYTES - 4, counter);
  return nonce;
}
