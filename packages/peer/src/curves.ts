// What a handshake needs of curves, where the platform computes it faster than core.

import type { InitiatorComputed, ResponderComputed } from '@burritoshare/core';
import type { Platform } from './platform.ts';

type X25519 = NonNullable<Platform['x25519']>;

/** The point whose multiples are the public keys (RFC 7748, section 4.1). */
const BASE = Uint8Array.of(9, ...new Uint8Array(31));

/** An initiator's keys for one handshake. */
export interface EphemeralKeys {
  /** The private key, 32 random bytes. */
  readonly ephemeral: Uint8Array;
  /** Undefined if core has to compute it. */
  readonly computed?: InitiatorComputed | undefined;
}

/** For a first message to whom the link belongs. */
export async function computeInitiator(
  x25519: X25519,
  ephemeral: Uint8Array,
  remoteStatic: Uint8Array,
): Promise<EphemeralKeys> {
  const [publicKey, es] = await tried(x25519, ephemeral, [BASE, remoteStatic]);
  return { ephemeral, computed: publicKey && es && { publicKey, es } };
}

/** For the answer to a first message; undefined if core has to compute it. */
export async function computeResponder(
  x25519: X25519,
  ephemeral: Uint8Array,
  {
    privateKey,
    publicKey: remote,
  }: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array },
): Promise<ResponderComputed | undefined> {
  const [[publicKey, ee], [es]] = await Promise.all([
    tried(x25519, ephemeral, [BASE, remote]),
    tried(x25519, privateKey, [remote]),
  ]);
  return publicKey && ee && es && { publicKey, es, ee };
}

/** The shared secret of two keys; undefined if core has to compute it. */
export async function computeSecret(
  x25519: X25519,
  { privateKey, publicKey }: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array },
): Promise<Uint8Array | undefined> {
  const [secret] = await tried(x25519, privateKey, [publicKey]);
  return secret;
}

// Browsers without X25519 refuse all keys, and others those of low order, which core refuses in its own words.
async function tried(
  x25519: X25519,
  privateKey: Uint8Array,
  publicKeys: readonly Uint8Array[],
): Promise<readonly (Uint8Array | undefined)[]> {
  return x25519(privateKey, publicKeys).catch(() => []);
}
