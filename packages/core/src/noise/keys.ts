import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { KEY_BYTES, publicKeyOf, requireLength } from './primitives.ts';

/** Bytes of the link's secret S (rule L1): 128 bits can't be guessed, and keep the link short. */
const SECRET_BYTES = 16;

/** An X25519 key pair, 32 bytes each. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * The key pair of a private key, which the host has drawn at random.
 *
 * @param privateKey - 32 bytes; copied, so that the caller may wipe its own.
 * @throws LocalProtocolError `argument` on another length.
 */
export function keyPairFromPrivate(privateKey: Uint8Array): KeyPair {
  requireLength(privateKey, KEY_BYTES, 'a private key');
  return { privateKey: concatBytes(privateKey), publicKey: publicKeyOf(privateKey) };
}

/**
 * The pre-shared key of a link (rule N1): HKDF-SHA-256 of S ‖ public key, without salt, under the info `burritoshare
 * psk`. The public key is included, so that one secret used for two links gives two keys.
 *
 * @param secret - S, 16 bytes.
 * @param publicKey - the sender's X25519 public key, 32 bytes.
 * @returns 32 bytes.
 * @throws LocalProtocolError `argument` on other lengths.
 */
export function pskOf(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return linkKey('burritoshare psk', secret, publicKey);
}

/**
 * The key of a link that authenticates a session's first message before anything is computed with curves (rule N9).
 * Derived like {@link pskOf}, with the info `burritoshare greeting`.
 *
 * @param secret - S, 16 bytes.
 * @param publicKey - the sender's X25519 public key, 32 bytes.
 * @returns 32 bytes.
 * @throws LocalProtocolError `argument` on other lengths.
 */
export function greetingKeyOf(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return linkKey('burritoshare greeting', secret, publicKey);
}

function linkKey(info: string, secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  requireLength(secret, SECRET_BYTES, 'a link secret');
  requireLength(publicKey, KEY_BYTES, 'a public key');
  return hkdf(sha256, concatBytes(secret, publicKey), undefined, encodeUtf8(info), KEY_BYTES);
}
