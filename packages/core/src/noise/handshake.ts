/*
 * Noise_NKpsk0_25519_AESGCM_SHA256:
 *
 *   <- s               the sender's static key, from the link
 *   ...
 *   -> psk, e, es      startInitiator (receiver), respond (sender)
 *   <- e, ee           respond (sender), finishInitiator (receiver)
 *
 * It knows the two messages and the keys that come of them. It refuses to know sessions, sequence numbers,
 * time limits and how the bytes travel. Message 1 can be replayed: `respond` proves nothing about the
 * initiator, and its first transport message does (rule N4).
 */
import { concatBytes } from '../bytes.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import type { CipherState } from './cipher-state.ts';
import type { KeyPair } from './keys.ts';
import { keyPairFromPrivate } from './keys.ts';
import {
  dh,
  KEY_BYTES,
  MESSAGE_BYTES_MAX,
  NO_BYTES,
  requireLength,
  requireSecret,
  TAG_BYTES,
} from './primitives.ts';
import {
  decryptAndHash,
  encryptAndHash,
  initialize,
  mixEphemeral,
  mixKey,
  split,
} from './symmetric-state.ts';
import type { SymmetricState, Transcript } from './symmetric-state.ts';

/** Bytes of a handshake message with an empty payload: an ephemeral public key and a tag. */
const HANDSHAKE_BYTES_MIN = KEY_BYTES + TAG_BYTES;

/** The initiator's state between the two messages: opaque plain data, which may be cloned. */
export interface InitiatorState extends Transcript {
  /** The ephemeral private key. */
  readonly ephemeral: Uint8Array;
}

/** The result of a finished handshake. One side's `send` is the other side's `receive`. */
export interface Transport {
  readonly send: CipherState;
  readonly receive: CipherState;
  /** 32 bytes, the same on both sides and different in every session, for channel bindings. */
  readonly handshakeHash: Uint8Array;
}

/** What a host has computed with X25519: a browser's own is faster than this package's. */
export interface InitiatorComputed {
  /** The ephemeral public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The shared secret of the token `es`, 32 bytes. */
  readonly es: Uint8Array;
}

/** As {@link InitiatorComputed}, at the end that has the initiator's ephemeral key. */
export interface ResponderComputed extends InitiatorComputed {
  /** The shared secret of the token `ee`, 32 bytes. */
  readonly ee: Uint8Array;
}

interface InitiatorInput {
  /** Bytes of any length that both sides must agree on beforehand. */
  readonly prologue: Uint8Array;
  /** 32 bytes, see {@link pskOf}. */
  readonly psk: Uint8Array;
  /** The responder's static public key, 32 bytes. */
  readonly remoteStatic: Uint8Array;
  /** A fresh random private key, 32 bytes, for this handshake alone. */
  readonly ephemeral: Uint8Array;
  /** Computed from it. Left out, it is computed here. */
  readonly computed?: InitiatorComputed | undefined;
  /** Travels in message 1. A replay of message 1 delivers it again, so acting on it means acting on every replay. */
  readonly payload?: Uint8Array;
}

interface ResponderInput {
  readonly prologue: Uint8Array;
  readonly psk: Uint8Array;
  readonly static: KeyPair;
  /** A fresh random private key, 32 bytes, for this handshake alone. */
  readonly ephemeral: Uint8Array;
  /** Computed from it. Left out, it is computed here. */
  readonly computed?: ResponderComputed | undefined;
  /** Message 1. */
  readonly message: Uint8Array;
  /** Travels in message 2. */
  readonly payload?: Uint8Array;
}

/**
 * Begins a handshake and writes message 1.
 *
 * @throws LocalProtocolError `argument` on a key of another length than 32 bytes, `limit` if the message
 *   would be longer than 65,535 bytes.
 * @throws RemoteProtocolError `authentication` if the static key, which came with the link, is of low order.
 */
export function startInitiator(input: InitiatorInput): {
  readonly state: InitiatorState;
  readonly message: Uint8Array;
} {
  requireLength(input.psk, KEY_BYTES, 'a psk');
  requireLength(input.remoteStatic, KEY_BYTES, 'a static public key');
  const ephemeral = ephemeralPair(input);

  const afterPsk = initialize(input.prologue, input.remoteStatic, input.psk);
  const afterE = mixEphemeral(afterPsk, ephemeral.publicKey);
  const afterEs = mixKey(
    afterE,
    secretOr(input.computed?.es, () => dh(ephemeral.privateKey, input.remoteStatic)),
  );
  const { state, message } = writeMessage(afterEs, ephemeral.publicKey, input.payload);

  const { chainingKey, hash } = state;
  return { state: { chainingKey, hash, ephemeral: ephemeral.privateKey }, message };
}

/**
 * Reads message 1 and writes message 2.
 *
 * @returns the responder's ciphers, message 2, and message 1's payload, which may be a replay until
 *   something has been opened with `transport.receive`.
 * @throws RemoteProtocolError `malformed` on an impossible length, `authentication` on another psk, static
 *   key or prologue, a low-order key, or any changed bit.
 * @throws LocalProtocolError `argument` on a key of another length than 32 bytes, `limit` if message 2
 *   would be longer than 65,535 bytes.
 */
export function respond(input: ResponderInput): {
  readonly transport: Transport;
  readonly message: Uint8Array;
  readonly payload: Uint8Array;
} {
  requireLength(input.psk, KEY_BYTES, 'a psk');
  requireLength(input.static.privateKey, KEY_BYTES, 'a static private key');
  requireLength(input.static.publicKey, KEY_BYTES, 'a static public key');
  const ephemeral = ephemeralPair(input);
  const { remoteEphemeral, ciphertext } = parseMessage(input.message);

  const afterPsk = initialize(input.prologue, input.static.publicKey, input.psk);
  const afterRemoteE = mixEphemeral(afterPsk, remoteEphemeral);
  const afterEs = mixKey(
    afterRemoteE,
    secretOr(input.computed?.es, () => dh(input.static.privateKey, remoteEphemeral)),
  );
  const { state: afterFirst, plaintext } = decryptAndHash(afterEs, ciphertext);

  const afterE = mixEphemeral(afterFirst, ephemeral.publicKey);
  const afterEe = mixKey(
    afterE,
    secretOr(input.computed?.ee, () => dh(ephemeral.privateKey, remoteEphemeral)),
  );
  const { state, message } = writeMessage(afterEe, ephemeral.publicKey, input.payload);

  const [receive, send] = split(state);
  return { transport: transportOf(send, receive, state.hash), message, payload: plaintext };
}

/**
 * Reads message 2. Its success proves that the other side holds the static private key and the psk.
 *
 * @param ee - the shared secret of the token `ee`, if the host has computed it from {@link ephemeralIn} the message.
 * @returns the initiator's ciphers, and message 2's payload. After a failure the state is still valid.
 * @throws RemoteProtocolError `malformed` on an impossible length, `authentication` on a low-order key, any
 *   changed bit, or the answer to another message 1.
 */
export function finishInitiator(
  state: InitiatorState,
  message: Uint8Array,
  ee?: Uint8Array,
): { readonly transport: Transport; readonly payload: Uint8Array } {
  const { remoteEphemeral, ciphertext } = parseMessage(message);

  const afterE = mixEphemeral(state, remoteEphemeral);
  const afterEe = mixKey(
    afterE,
    secretOr(ee, () => dh(state.ephemeral, remoteEphemeral)),
  );
  const { state: finished, plaintext } = decryptAndHash(afterEe, ciphertext);

  const [send, receive] = split(finished);
  return { transport: transportOf(send, receive, finished.hash), payload: plaintext };
}

/** The ephemeral public key in a handshake message; undefined if the message is too short to be one. */
export function ephemeralIn(message: Uint8Array): Uint8Array | undefined {
  return message.length < HANDSHAKE_BYTES_MIN ? undefined : message.slice(0, KEY_BYTES);
}

function ephemeralPair({ ephemeral, computed }: InitiatorInput | ResponderInput): KeyPair {
  if (computed === undefined) return keyPairFromPrivate(ephemeral);
  requireLength(ephemeral, KEY_BYTES, 'a private key');
  requireLength(computed.publicKey, KEY_BYTES, 'a public key');
  return { privateKey: concatBytes(ephemeral), publicKey: computed.publicKey };
}

function secretOr(given: Uint8Array | undefined, compute: () => Uint8Array): Uint8Array {
  return given === undefined ? compute() : requireSecret(given);
}

function writeMessage(
  before: SymmetricState,
  ephemeral: Uint8Array,
  payload: Uint8Array = NO_BYTES,
): { readonly state: SymmetricState; readonly message: Uint8Array } {
  if (payload.length > MESSAGE_BYTES_MAX - HANDSHAKE_BYTES_MIN) {
    throw new LocalProtocolError(
      'limit',
      `a handshake message can't carry ${payload.length} bytes`,
    );
  }
  const { state, ciphertext } = encryptAndHash(before, payload);
  return { state, message: concatBytes(ephemeral, ciphertext) };
}

function parseMessage(message: Uint8Array): {
  readonly remoteEphemeral: Uint8Array;
  readonly ciphertext: Uint8Array;
} {
  if (message.length < HANDSHAKE_BYTES_MIN || message.length > MESSAGE_BYTES_MAX) {
    throw new RemoteProtocolError('malformed', `a handshake message of ${message.length} bytes`);
  }
  return {
    remoteEphemeral: message.subarray(0, KEY_BYTES),
    ciphertext: message.subarray(KEY_BYTES),
  };
}

function transportOf(send: Uint8Array, receive: Uint8Array, handshakeHash: Uint8Array): Transport {
  return { send: { key: send, nonce: 0 }, receive: { key: receive, nonce: 0 }, handshakeHash };
}
