export { bundleDigest, createDigestBook } from './bundle-digest.ts';
export type { BundleDigest, DigestBook } from './bundle-digest.ts';
export { DIGEST_BYTES, entryDigest, leafOf } from './digests.ts';
export { receiptOf, wholeReceiptOf } from './receipt.ts';
