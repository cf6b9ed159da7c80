/*
 * A second Noise, written from the specification (revision 34) alone, on node:crypto: the specification's objects and
 * names, mutable state, message patterns as lists of tokens. It shares nothing with src. To go unnoticed, an error
 * would have to be made twice, in two shapes and on two crypto libraries.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto';

type Token = 'psk' | 'e' | 'es' | 'ee';

/** `NK` with the modifier `psk0` (sections 7.5 and 9.4); message 0 goes from initiator to responder. */
const MESSAGE_PATTERNS: readonly (readonly Token[])[] = [
  ['psk', 'e', 'es'],
  ['e', 'ee'],
];

const PROTOCOL_NAME = 'Noise_NKpsk0_25519_AESGCM_SHA256';
const HASHLEN = 32;
const DHLEN = 32;

// RFC 8410: the bytes before the 32 bytes of the key in a PKCS#8 and in an SPKI document.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

export type Dh = (privateKey: Uint8Array, publicKey: Uint8Array) => Buffer;

export interface NodeKeyPair {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
}

export function nodeKeyPair(privateKey: Uint8Array): NodeKeyPair {
  const spki = createPublicKey(privateKeyObject(privateKey)).export({
    format: 'der',
    type: 'spki',
  });
  return { privateKey: Buffer.from(privateKey), publicKey: spki.subarray(-DHLEN) };
}

export const nodeDh: Dh = (privateKey, publicKey) =>
  diffieHellman({
    privateKey: privateKeyObject(privateKey),
    publicKey: createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: 'der',
      type: 'spki',
    }),
  });

/** The product's psk (rule N1): RFC 5869 by hand. No salt means zero bytes of a hash's length. */
export function nodePsk(secret: Uint8Array, publicKey: Uint8Array): Buffer {
  const extracted = hmac(Buffer.alloc(HASHLEN), Buffer.concat([secret, publicKey]));
  return hmac(extracted, Buffer.concat([Buffer.from('burritoshare psk'), Buffer.of(1)]));
}

/** Section 5.1. */
export class NodeCipherState {
  k: Buffer | undefined;
  n = 0n;

  initializeKey(key: Buffer): void {
    this.k = key;
    this.n = 0n;
  }

  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key(), this.#nonce()).setAAD(ad);
    const ciphertext = Buffer.concat([
      cipher.update(plaintext),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    this.n += 1n;
    return ciphertext;
  }

  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Buffer {
    const bytes = Buffer.from(ciphertext);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(), this.#nonce(), {
      authTagLength: 16,
    }).setAAD(ad);
    decipher.setAuthTag(bytes.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    this.n += 1n;
    return plaintext;
  }

  #key(): Buffer {
    if (this.k === undefined) throw new Error('no key: this pattern never encrypts without one');
    return this.k;
  }

  #nonce(): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(this.n, 4);
    return nonce;
  }
}

/** Section 5.2. */
class NodeSymmetricState {
  readonly cipher = new NodeCipherState();
  ck: Buffer;
  h: Buffer;

  constructor(protocolName: string) {
    const name = Buffer.from(protocolName, 'ascii');
    this.h = name.length <= HASHLEN ? Buffer.concat([name], HASHLEN) : hash(name);
    this.ck = this.h;
  }

  mixKey(material: Uint8Array): void {
    const [ck, key] = noiseHkdf(this.ck, material, 2);
    this.ck = ck!;
    this.cipher.initializeKey(key!);
  }

  mixHash(data: Uint8Array): void {
    this.h = hash(Buffer.concat([this.h, data]));
  }

  mixKeyAndHash(material: Uint8Array): void {
    const [ck, temporaryHash, key] = noiseHkdf(this.ck, material, 3);
    this.ck = ck!;
    this.mixHash(temporaryHash!);
    this.cipher.initializeKey(key!);
  }

  encryptAndHash(plaintext: Uint8Array): Buffer {
    const ciphertext = this.cipher.encryptWithAd(this.h, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  decryptAndHash(ciphertext: Uint8Array): Buffer {
    const plaintext = this.cipher.decryptWithAd(this.h, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  split(): readonly [NodeCipherState, NodeCipherState] {
    const [first, second] = [new NodeCipherState(), new NodeCipherState()];
    const [k1, k2] = noiseHkdf(this.ck, Buffer.alloc(0), 2);
    first.initializeKey(k1!);
    second.initializeKey(k2!);
    return [first, second];
  }
}

export interface NodeHandshakeInput {
  readonly prologue: Uint8Array;
  readonly psk: Uint8Array;
  /** The responder's own pair, or the public half that the initiator knows. */
  readonly s?: NodeKeyPair;
  readonly rs?: Uint8Array;
  readonly ephemeral: Uint8Array;
  /** Another Diffie-Hellman, to play a cheater. */
  readonly dh?: Dh;
}

/** Section 5.3. One object plays one side through the handshake and the transport after it. */
export class NodeHandshake {
  readonly #initiator: boolean;
  readonly #input: NodeHandshakeInput;
  readonly #symmetric = new NodeSymmetricState(PROTOCOL_NAME);
  readonly #e: NodeKeyPair;
  readonly #dh: Dh;
  #re: Buffer | undefined;
  #message = 0;
  #ciphers: readonly [NodeCipherState, NodeCipherState] | undefined;

  constructor(role: 'initiator' | 'responder', input: NodeHandshakeInput) {
    this.#initiator = role === 'initiator';
    this.#input = input;
    this.#e = nodeKeyPair(input.ephemeral);
    this.#dh = input.dh ?? nodeDh;
    this.#symmetric.mixHash(input.prologue);
    this.#symmetric.mixHash(present(this.#initiator ? input.rs : input.s?.publicKey));
  }

  get handshakeHash(): Buffer {
    return this.#symmetric.h;
  }

  get send(): NodeCipherState {
    return present(this.#ciphers?.[this.#initiator ? 0 : 1]);
  }

  get receive(): NodeCipherState {
    return present(this.#ciphers?.[this.#initiator ? 1 : 0]);
  }

  /** `ephemeral` replaces the public key that is sent, to play a side that sends another's key. */
  writeMessage(payload: Uint8Array, ephemeral: Uint8Array = this.#e.publicKey): Buffer {
    const written: Uint8Array[] = [];
    for (const token of this.#nextPattern()) {
      if (token === 'e') {
        written.push(ephemeral);
        this.#mixEphemeral(ephemeral);
      } else this.#mixToken(token);
    }
    written.push(this.#symmetric.encryptAndHash(payload));
    this.#afterMessage();
    return Buffer.concat(written);
  }

  readMessage(message: Uint8Array): Buffer {
    let rest = Buffer.from(message);
    for (const token of this.#nextPattern()) {
      if (token === 'e') {
        this.#re = rest.subarray(0, DHLEN);
        rest = rest.subarray(DHLEN);
        this.#mixEphemeral(this.#re);
      } else this.#mixToken(token);
    }
    const payload = this.#symmetric.decryptAndHash(rest);
    this.#afterMessage();
    return payload;
  }

  /** With a psk in the pattern, section 9.2 adds the `MixKey`. */
  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey);
    this.#symmetric.mixKey(publicKey);
  }

  #mixToken(token: 'psk' | 'es' | 'ee'): void {
    if (token === 'psk') this.#symmetric.mixKeyAndHash(this.#input.psk);
    else if (token === 'ee')
      this.#symmetric.mixKey(this.#dh(this.#e.privateKey, present(this.#re)));
    else if (this.#initiator)
      this.#symmetric.mixKey(this.#dh(this.#e.privateKey, present(this.#input.rs)));
    else this.#symmetric.mixKey(this.#dh(present(this.#input.s).privateKey, present(this.#re)));
  }

  #nextPattern(): readonly Token[] {
    return present(MESSAGE_PATTERNS[this.#message++]);
  }

  #afterMessage(): void {
    if (this.#message === MESSAGE_PATTERNS.length) this.#ciphers = this.#symmetric.split();
  }
}

/** Section 4.3, by hand. */
function noiseHkdf(ck: Uint8Array, material: Uint8Array, outputs: 2 | 3): Buffer[] {
  const temporaryKey = hmac(ck, material);
  const produced: Buffer[] = [];
  let last: Buffer = Buffer.alloc(0);
  for (let number = 1; number <= outputs; number++) {
    last = hmac(temporaryKey, Buffer.concat([last, Buffer.of(number)]));
    produced.push(last);
  }
  return produced;
}

function privateKeyObject(privateKey: Uint8Array) {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, privateKey]),
    format: 'der',
    type: 'pkcs8',
  });
}

function hash(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not known to this side, or not yet');
  return value;
}
