import { createPlan, hasBytes, pieceAt, TEXT_BYTES_MAX } from '@burritoshare/core';
import type { Manifest, ManifestEntry, Piece } from '@burritoshare/core';

/** A bundle and the bytes of its files; folders have none. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly contents: readonly Uint8Array<ArrayBuffer>[];
}

/** A bundle of files with these contents. Every second one is a text, if it is small enough to be one. */
export function bundleOf(contents: readonly Uint8Array<ArrayBuffer>[]): Bundle {
  const entries = contents.map(({ length }, file): ManifestEntry =>
    length <= TEXT_BYTES_MAX && file % 2 === 1
      ? { kind: 'text', path: `${file}.txt`, size: length }
      : { kind: 'file', path: `${file}.bin`, size: length, modified: null, mediaType: '' },
  );
  return { manifest: manifestOf(entries), contents };
}

/** A manifest of these entries. */
export function manifestOf(entries: readonly ManifestEntry[]): Manifest {
  const bytes = entries.reduce((sum, entry) => sum + (hasBytes(entry) ? entry.size : 0), 0);
  return { name: 'bundle', entries, bytes };
}

/** All pieces of a bundle, in order. */
export function piecesOf(manifest: Manifest): readonly Piece[] {
  const plan = createPlan(manifest);
  return Array.from({ length: plan.pieces }, (_, ordinal) => pieceAt(plan, ordinal));
}

/** The bytes of a piece in its bundle. */
export function bytesOf({ contents }: Bundle, piece: Piece): Uint8Array<ArrayBuffer> {
  return (contents[piece.file] ?? new Uint8Array()).slice(
    piece.offset,
    piece.offset + piece.length,
  );
}

/** Bytes that differ from place to place, so that a slice from the wrong one shows. */
export function patterned(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = (seed + 1) * 2654435761;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
