// AES-256-GCM by Node's crypto in place of noble's, for the same reason as in x25519.ts.

import { createCipheriv, createDecipheriv } from 'node:crypto';

const TAG_BYTES = 16;

export function gcm(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array) {
  return {
    encrypt(plaintext: Uint8Array): Uint8Array {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(ad);
      const parts = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
      return new Uint8Array(Buffer.concat(parts));
    },
    decrypt(ciphertext: Uint8Array): Uint8Array {
      const end = ciphertext.length - TAG_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(ad);
      decipher.setAuthTag(ciphertext.subarray(end));
      const parts = [decipher.update(ciphertext.subarray(0, end)), decipher.final()];
      return new Uint8Array(Buffer.concat(parts));
    },
  };
}
