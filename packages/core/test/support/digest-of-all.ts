import type { BundleDigest } from '../../src/integrity/index.ts';

/** A bundle digest with these bytes for all entries, and other bytes for the present ones. */
export function digestOfAll(all: Uint8Array): BundleDigest {
  return { all: Uint8Array.from(all), present: Uint8Array.from(all, (byte) => byte ^ 0xff) };
}
