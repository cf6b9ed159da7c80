// Noise's responder with Node's own cryptography, for attackers who lack the responder's keys. Core's responder checks
// its input and refuses; this one goes on with the keys that it has.

import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import {
  concatBytes,
  encodeUtf8,
  keyPairFromPrivate,
  pskOf,
  toBase64Url,
  type Link,
  type Transport,
} from '@burritoshare/core';

/** The answer to a greeting, and the session keys that its maker derives. */
export interface Answer {
  /** Noise's second message. */
  readonly message: Uint8Array;
  /** The transport from the responder's side. */
  readonly transport: Transport;
}

/**
 * Answers a greeting with a fresh ephemeral key and the link's contents.
 *
 * @param privateKey - used in place of the sender's, 32 bytes. Without one, the step that needs it is left out.
 */
export function forgeAnswer(link: Link, greeting: Uint8Array, privateKey?: Uint8Array): Answer {
  // The message starts behind the MAC of 16 bytes (N9).
  const [remote, ciphertext] = [greeting.subarray(16, 48), greeting.subarray(48)];
  const own = keyPairFromPrivate(randomBytes(32));

  // <- s … -> psk, e, es
  const name = encodeUtf8('Noise_NKpsk0_25519_AESGCM_SHA256');
  const prologue = concatBytes(encodeUtf8('burritoshare 2'), link.roomBytes);
  const [afterPsk, mixed] = derive(name, pskOf(link.secret, link.publicKey));
  let hash = hashOf(hashOf(hashOf(hashOf(name, prologue), link.publicKey), mixed), remote);
  let [chain] = derive(afterPsk, remote);
  if (privateKey !== undefined) [chain] = derive(chain, agree(privateKey, remote));
  hash = hashOf(hash, ciphertext);

  // <- e, ee
  hash = hashOf(hash, own.publicKey);
  [chain] = derive(chain, own.publicKey);
  const [afterEe, key] = derive(chain, agree(own.privateKey, remote));
  const cipher = createCipheriv('aes-256-gcm', key, new Uint8Array(12)).setAAD(hash);
  cipher.final();
  const tag = cipher.getAuthTag();

  const [receive, send] = derive(afterEe, new Uint8Array());
  return {
    message: concatBytes(own.publicKey, tag),
    transport: {
      send: { key: send, nonce: 0 },
      receive: { key: receive, nonce: 0 },
      handshakeHash: hashOf(hash, tag),
    },
  };
}

function derive(chain: Uint8Array, material: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const blocks = new Uint8Array(hkdfSync('sha256', material, chain, '', 64));
  return [blocks.slice(0, 32), blocks.slice(32)];
}

function hashOf(hash: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(hash).update(data).digest());
}

function agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const curve = { kty: 'OKP', crv: 'X25519' };
  const d = toBase64Url(privateKey);
  const x = toBase64Url(keyPairFromPrivate(privateKey).publicKey);
  return new Uint8Array(
    diffieHellman({
      privateKey: createPrivateKey({ key: { ...curve, d, x }, format: 'jwk' }),
      publicKey: createPublicKey({ key: { ...curve, x: toBase64Url(publicKey) }, format: 'jwk' }),
    }),
  );
}
