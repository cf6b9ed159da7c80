import { createHash } from 'node:crypto';

/** Bytes. */
export const MIB = 1024 * 1024;

const PIECE_BYTES = MIB;

export type Entry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly size: number;
      readonly modified: number | null;
      readonly mediaType: string;
    }
  | { readonly kind: 'folder'; readonly path: string };

export interface Manifest {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

export function file(path: string, size: number, modified: number | null = null): Entry {
  return { kind: 'file', path, size, modified, mediaType: 'text/html' };
}

export function manifestOf(name: string, entries: readonly Entry[]): Manifest {
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  return { name, entries, bytes };
}

/** Names in several scripts, an empty folder, an empty file, and times inside and outside of a ZIP's range. */
export const SEVERAL = manifestOf("Ферма «Ли's» 50%", [
  file('Ферма/план 🌽.html', 3 * MIB + 17, new Date(2020, 1, 3, 4, 5, 6).getTime()),
  { kind: 'folder', path: 'Ферма/пусто' },
  file('Ферма/empty', 0),
  file('failed.bin', 2 * MIB),
  file('old.txt', 11, 0),
]);

/** The bytes that the test page stores for each file. A folder has none. */
export function contentsOf({ entries }: Manifest): readonly Buffer[] {
  let ordinal = 0;
  return entries.map((entry) => {
    const parts: Buffer[] = [];
    const size = entry.kind === 'file' ? entry.size : 0;
    for (let offset = 0; offset < size; offset += PIECE_BYTES) {
      parts.push(generatedBytes(ordinal++, Math.min(PIECE_BYTES, size - offset)));
    }
    return Buffer.concat(parts);
  });
}

function generatedBytes(ordinal: number, length: number): Buffer {
  const bytes = Buffer.alloc(length, ordinal % 251);
  bytes.write(`piece ${ordinal}`);
  return bytes;
}

/** A second implementation of SPEC.md, D1 to D4: the digests of all entries and of the present ones, in hexadecimal. */
export function digestOf(manifest: Manifest, failed: readonly number[] = []): string {
  const entries = contentsOf(manifest).map((bytes, index) => {
    if (failed.includes(index)) return undefined;
    const leaves: Buffer[] = [];
    for (let piece = 0; piece * PIECE_BYTES < bytes.length; piece++) {
      const part = bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
      const numbers = Buffer.alloc(12);
      [index, piece, part.length].forEach((number, place) =>
        numbers.writeUInt32BE(number, 4 * place),
      );
      leaves.push(sha256(numbers, sha256(part)));
    }
    const { kind, path } = manifest.entries[index] ?? { kind: 'folder', path: '' };
    const numbers = Buffer.alloc(13);
    numbers.writeUInt8(kind === 'file' ? 1 : 2, 0);
    numbers.writeUInt32BE(Buffer.byteLength(path), 1);
    numbers.writeBigUInt64BE(BigInt(bytes.length), 5);
    const [head, size] = [numbers.subarray(0, 5), numbers.subarray(5)];
    return sha256(Buffer.from('burritoshare entry'), head, Buffer.from(path), size, ...leaves);
  });
  const all = entries.map((digest) => digest ?? Buffer.alloc(32));
  const present = entries.filter((digest) => digest !== undefined);
  return [
    sha256(Buffer.from('burritoshare bundle'), ...all),
    sha256(Buffer.from('burritoshare receipt'), ...present),
  ]
    .map((digest) => digest.toString('hex'))
    .join(' ');
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
