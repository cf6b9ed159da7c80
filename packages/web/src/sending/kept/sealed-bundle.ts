import { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from '@burritoshare/core';

import { readKeptBundle, type KeptBundle } from './kept-bundle.ts';

const IV_BYTES = 12;

/** A kept bundle as it is stored: encrypted, except its id and its handles. */
export interface SealedBundle {
  readonly id: string;
  /** Initialisation vector and AES-GCM ciphertext. */
  readonly sealed: Uint8Array<ArrayBuffer>;
  /** Browsers store handles only in IndexedDB, and only unencrypted. */
  readonly roots: readonly FileSystemHandle[];
  /** The key itself, if the browser has no other place for it than the database. */
  readonly key?: Uint8Array<ArrayBuffer>;
}

/** Encrypts a bundle. @param key - 32 bytes. */
export async function sealBundle(
  key: Uint8Array<ArrayBuffer>,
  { id, roots, created, manifest, token, secret, privateKey, asksFirst, once }: KeptBundle,
): Promise<SealedBundle> {
  const text = JSON.stringify({
    created,
    manifest,
    asksFirst,
    once,
    token: toBase64Url(token),
    secret: toBase64Url(secret),
    privateKey: toBase64Url(privateKey),
  });
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const cipher = await crypto.subtle.encrypt(
    ...cipherOf(id, iv),
    await importKey(key),
    encodeUtf8(text),
  );
  const sealed = new Uint8Array(IV_BYTES + cipher.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(cipher), IV_BYTES);
  return { id, sealed, roots };
}

/** Decrypts a bundle from {@link sealBundle}. Total: undefined for any other value. */
export async function openBundle(
  key: Uint8Array<ArrayBuffer>,
  stored: unknown,
): Promise<KeptBundle | undefined> {
  try {
    const { id, sealed, roots } = stored as SealedBundle;
    const plain = await crypto.subtle.decrypt(
      ...cipherOf(id, sealed.subarray(0, IV_BYTES)),
      await importKey(key),
      sealed.subarray(IV_BYTES),
    );
    const parsed = JSON.parse(decodeUtf8(new Uint8Array(plain))) as Record<string, string>;
    const [token, secret, privateKey] = ['token', 'secret', 'privateKey'].map((name) =>
      fromBase64Url(parsed[name] ?? ''),
    );
    return readKeptBundle({ ...parsed, id, roots, token, secret, privateKey });
  } catch {
    return undefined;
  }
}

// Binds the ciphertext to its id, so that it can't be read under another.
function cipherOf(id: string, iv: Uint8Array<ArrayBuffer>): [AesGcmParams] {
  return [{ name: 'AES-GCM', iv, additionalData: encodeUtf8(id) }];
}

function importKey(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
