import { createHash } from 'node:crypto';

import type { BundleDigest } from '../../src/integrity/index.ts';
import { digestOfAll } from './digest-of-all.ts';

/** Bytes that differ between files and between positions, so that a misplaced chunk shows. */
export function contentOf(size: number, file: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  const salt = Math.imul(file + 1, 0x9e3779b1) ^ seed;
  for (let index = 0; index < words.length; index++)
    words[index] = Math.imul(index, 0x85ebca6b) ^ salt;
  return new Uint8Array(words.buffer, 0, size);
}

/** Stands for a piece's leaf: changes with every byte. */
export function leafOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** Stands for the bundle's digest: changes with every byte, and with the list of failed files. */
export function digestOf(files: readonly Uint8Array[], failed: ReadonlySet<number>): BundleDigest {
  const hash = createHash('sha256');
  for (const [file, bytes] of files.entries())
    hash.update(failed.has(file) ? new Uint8Array(32) : bytes);
  return digestOfAll(hash.digest());
}
