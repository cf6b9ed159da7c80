import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import {
  decrypt,
  encrypt,
  KEY_BYTES,
  MESSAGE_BYTES_MAX,
  NO_BYTES,
  requireLength,
  TAG_BYTES,
} from './primitives.ts';

/**
 * Messages under one key. Noise allows 2^64 − 1; this many is more than a session ever sends, keeps the
 * counter a whole number in JavaScript, and stays far from AES-GCM's own bounds.
 */
const MESSAGES_MAX = 2 ** 32;

/** One direction of a session: plain data. It may be cloned, but each state must be used for one message only. */
export interface CipherState {
  /** AES-256, 32 bytes. */
  readonly key: Uint8Array;
  /** Messages so far, which is the number of the next one. */
  readonly nonce: number;
}

/**
 * Encrypts the next message of a direction.
 *
 * @returns the message, and the cipher for the one after it. Sealing twice with the same cipher
 *   reveals both messages: always continue with the new one.
 * @throws LocalProtocolError `limit` if the message would be longer than 65,535 bytes, or the key has
 *   served for 2^32 messages.
 */
export function seal(
  cipher: CipherState,
  plaintext: Uint8Array,
  ad: Uint8Array = NO_BYTES,
): { readonly cipher: CipherState; readonly message: Uint8Array } {
  requireCipher(cipher);
  if (cipher.nonce >= MESSAGES_MAX) {
    throw new LocalProtocolError('limit', 'the key has served its number of messages');
  }
  if (plaintext.length > MESSAGE_BYTES_MAX - TAG_BYTES) {
    throw new LocalProtocolError('limit', `a Noise message can't carry ${plaintext.length} bytes`);
  }
  return { cipher: next(cipher), message: encrypt(cipher.key, cipher.nonce, ad, plaintext) };
}

/**
 * Decrypts the next message of a direction. Messages open in the order in which they were sealed, each once.
 *
 * @returns the plaintext, and the cipher for the message after it. After a failure the old cipher is still valid.
 * @throws RemoteProtocolError `malformed` on an impossible length, `authentication` on anything but the next message
 *   with its own associated data, `limit` past 2^32 messages (a side that keeps to the protocol can't have sent that
 *   many).
 */
export function open(
  cipher: CipherState,
  message: Uint8Array,
  ad: Uint8Array = NO_BYTES,
): { readonly cipher: CipherState; readonly plaintext: Uint8Array } {
  requireCipher(cipher);
  if (message.length < TAG_BYTES || message.length > MESSAGE_BYTES_MAX) {
    throw new RemoteProtocolError('malformed', `a Noise message of ${message.length} bytes`);
  }
  if (cipher.nonce >= MESSAGES_MAX) {
    throw new RemoteProtocolError('limit', 'more messages than a key may serve for');
  }
  return { cipher: next(cipher), plaintext: decrypt(cipher.key, cipher.nonce, ad, message) };
}

// Refuses a broken cipher that was restored: a counter of NaN would count as 0, and use a nonce twice.
function requireCipher(cipher: CipherState): void {
  requireLength(cipher.key, KEY_BYTES, 'a cipher key');
  if (!Number.isSafeInteger(cipher.nonce) || cipher.nonce < 0) {
    throw new LocalProtocolError('argument', 'a cipher nonce is a whole number from 0');
  }
}

function next(cipher: CipherState): CipherState {
  return { key: cipher.key, nonce: cipher.nonce + 1 };
}
