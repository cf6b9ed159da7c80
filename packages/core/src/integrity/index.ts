export {
  bundleDigest,
  DIGEST_BYTES,
  entryDigest,
  leafOf,
  receiptOf,
  wholeReceiptOf,
} from './digests.ts';
export type { BundleDigest } from './digests.ts';
export { createDigestBook } from './digest-book.ts';
export type { DigestBook } from './digest-book.ts';
