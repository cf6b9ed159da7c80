export {
  bundleDigest,
  DIGEST_BYTES,
  FAILED_DIGEST,
  fileDigest,
  leafOf,
  receiptOf,
} from './digests.ts';
export { createDigestBook } from './digest-book.ts';
export type { DigestBook } from './digest-book.ts';
