import type { BundleDigest } from '../../src/integrity/index.ts';

/** Stands for what a bundle comes to: these bytes, of whose present entries nothing is known but that they are others. */
export function digestOfAll(all: Uint8Array): BundleDigest {
  return { all: Uint8Array.from(all), present: Uint8Array.from(all, (byte) => byte ^ 0xff) };
}
