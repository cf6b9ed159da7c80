// Part of the script that runs before the others (early.ts), so it imports nothing.

/** What stands in front of a private key in PKCS #8 (RFC 8410, section 7): browsers take no bare one. */
const PKCS8_HEAD = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32] as const;

/** Bits of a shared secret. */
const SECRET_BITS = 256;

const NAME = 'X25519';

/**
 * X25519 of a private key with each of these public keys, by WebCrypto.
 *
 * @throws DOMException in a browser without it, and for a public key of low order.
 */
export async function x25519(
  privateKey: Uint8Array,
  publicKeys: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const { subtle } = crypto;
  const pkcs8 = Uint8Array.of(...PKCS8_HEAD, ...privateKey);
  const [own, ...others] = await Promise.all([
    subtle.importKey('pkcs8', pkcs8, NAME, false, ['deriveBits']),
    ...publicKeys.map((key) => subtle.importKey('raw', Uint8Array.from(key), NAME, false, [])),
  ]);
  return Promise.all(
    others.map(async (other) => {
      const bits = await subtle.deriveBits({ name: NAME, public: other }, own, SECRET_BITS);
      return new Uint8Array(bits);
    }),
  );
}
