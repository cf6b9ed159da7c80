export { bundleDigest, createBundleLeaves } from './bundle-digest.ts';
export type { BundleDigest, BundleLeaves } from './bundle-digest.ts';
export { DIGEST_BYTES, entryDigest, leafOf } from './digests.ts';
export { receiptOf, wholeReceiptOf } from './receipt.ts';
