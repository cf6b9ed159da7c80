import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { decrypt, encrypt, KEY_BYTES, NO_BYTES } from './primitives.ts';

/** The state that one message passes on to the next. The key isn't part of it, since the next token replaces it. */
export interface Transcript {
  readonly chainingKey: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * The SymmetricState of the Noise specification, section 5.2. It needs no counter: this pattern mixes a key in before
 * every payload, so that each payload is the first under its key.
 */
export interface SymmetricState extends Transcript {
  readonly key: Uint8Array;
}

const FIRST_COUNTER = 0;

/**
 * `InitializeSymmetric`, the prologue, the pre-message `<- s` and the token `psk`: everything that both sides know
 * before the first byte.
 */
export function initialize(
  prologue: Uint8Array,
  responderStatic: Uint8Array,
  psk: Uint8Array,
): SymmetricState {
  // The name is exactly as long as a hash, so it is used without hashing it.
  const name = encodeUtf8('Noise_NKpsk0_25519_AESGCM_SHA256');
  const hash = hashOf(hashOf(name, prologue), responderStatic);
  return mixKeyAndHash(name, hash, psk);
}

/** The token `e`. In a pattern with a psk, the ephemeral key is mixed into the key as well (section 9.2). */
export function mixEphemeral(state: Transcript, publicKey: Uint8Array): SymmetricState {
  return mixKey({ chainingKey: state.chainingKey, hash: hashOf(state.hash, publicKey) }, publicKey);
}

/** `MixKey`. */
export function mixKey(state: Transcript, material: Uint8Array): SymmetricState {
  const [chainingKey, key] = derive(state.chainingKey, material);
  return { chainingKey, hash: state.hash, key };
}

/** `EncryptAndHash`. */
export function encryptAndHash(
  state: SymmetricState,
  plaintext: Uint8Array,
): { readonly state: SymmetricState; readonly ciphertext: Uint8Array } {
  const ciphertext = encrypt(state.key, FIRST_COUNTER, state.hash, plaintext);
  return { state: { ...state, hash: hashOf(state.hash, ciphertext) }, ciphertext };
}

/**
 * `DecryptAndHash`.
 *
 * @throws RemoteProtocolError `authentication`
 */
export function decryptAndHash(
  state: SymmetricState,
  ciphertext: Uint8Array,
): { readonly state: SymmetricState; readonly plaintext: Uint8Array } {
  const plaintext = decrypt(state.key, FIRST_COUNTER, state.hash, ciphertext);
  return { state: { ...state, hash: hashOf(state.hash, ciphertext) }, plaintext };
}

/** `Split`: the keys from initiator to responder, and back. */
export function split(state: SymmetricState): readonly [Uint8Array, Uint8Array] {
  const [forth, back] = derive(state.chainingKey, NO_BYTES);
  return [forth, back];
}

function mixKeyAndHash(
  chainingKey: Uint8Array,
  hash: Uint8Array,
  material: Uint8Array,
): SymmetricState {
  const [next, mixed, key] = derive(chainingKey, material);
  return { chainingKey: next, hash: hashOf(hash, mixed), key };
}

function hashOf(hash: Uint8Array, data: Uint8Array): Uint8Array {
  return sha256(concatBytes(hash, data));
}

/**
 * Noise's HKDF is RFC 5869's with the chaining key as salt and no info; its outputs are the blocks of the key material.
 * A block doesn't depend on how many follow, so three serve when two are needed.
 */
function derive(
  chainingKey: Uint8Array,
  material: Uint8Array,
): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const blocks = hkdf(sha256, material, chainingKey, undefined, 3 * KEY_BYTES);
  // Copies, not views: cloning a view into a worker would copy the keys beside it, too.
  return [
    blocks.slice(0, KEY_BYTES),
    blocks.slice(KEY_BYTES, 2 * KEY_BYTES),
    blocks.slice(2 * KEY_BYTES),
  ];
}
