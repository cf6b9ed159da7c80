import { equalBytes, hasBytes, LocalProtocolError } from '@burritoshare/core';
import type { FileEntry, Manifest, Piece, TextEntry } from '@burritoshare/core';

import { createPieceHashes } from './piece-hashes.ts';
import { createPieceReader } from './piece-reader.ts';
import { PlatformError } from './ports.ts';
import type { Source } from './ports.ts';
import type { WebBlob } from '../web-types.ts';

export interface FileSourceInput {
  readonly manifest: Manifest;
  /** By index in the manifest; undefined for folders. */
  readonly files: readonly (WebBlob | undefined)[];
  /** Frees memory at once when it is given back. By default the garbage collector does that later. */
  readonly free?: (memory: ArrayBuffer) => void;
}

/**
 * A {@link Source} over files of the platform. A file fails, and that file alone, if it differs from the manifest
 * (size, time of the last change) or changes while it is read.
 *
 * After `close`, every call rejects with an `AbortError` DOMException.
 */
export function createFileSource({
  manifest,
  files,
  free = () => undefined,
}: FileSourceInput): Source {
  const leaves = createPieceHashes(manifest);
  const reader = createPieceReader(free);
  const closing = new AbortController();
  const refuseClosed = (): void => closing.signal.throwIfAborted();

  // A piece that is read again must have the same leaf: part of the file has been delivered with it.
  const keep = (piece: Piece, leaf: Uint8Array): void => {
    const known = leaves.leafOf(piece.ordinal);
    if (known !== undefined && !equalBytes(known, leaf))
      throw new PlatformError('source.changed', 'a piece is not what it was');
    leaves.keep(piece.ordinal, leaf);
  };
  const load = async (piece: Piece): Promise<Uint8Array<ArrayBuffer>> => {
    refuseClosed();
    const bytes = await reader.read(blobOf(manifest, files, piece), piece);
    refuseClosed();
    keep(piece, await leaves.hash(piece, bytes));
    refuseClosed();
    return bytes;
  };

  return {
    load,
    release: (bytes) => reader.release(bytes),
    async matches(piece, leaf) {
      refuseClosed();
      if (leaves.leafOf(piece.ordinal) === undefined) reader.release(await load(piece));
      const ours = leaves.leafOf(piece.ordinal);
      return ours !== undefined && equalBytes(ours, leaf);
    },
    async digest(absent) {
      refuseClosed();
      return leaves.digest(absent);
    },
    close: () => closing.abort(),
  };
}

function blobOf(manifest: Manifest, files: FileSourceInput['files'], { file }: Piece): Blob {
  const entry = manifest.entries[file];
  const blob = files[file];
  if (!hasBytes(entry)) throw new LocalProtocolError('argument', `no file ${file} in the manifest`);
  // A bundle that is shared again may have lost a file.
  if (blob === undefined) throw new PlatformError('source.unreadable', 'the file is not there');
  if (!isAsOffered(entry, blob)) {
    throw new PlatformError('source.changed', 'the file is not as it was offered');
  }
  return blob;
}

// Some platforms look at the file only now, and show its new size and time here.
function isAsOffered(entry: FileEntry | TextEntry, blob: Blob): boolean {
  if (blob.size !== entry.size) return false;
  if (entry.kind === 'text' || entry.modified === null || !isFile(blob)) return true;
  return blob.lastModified === entry.modified;
}

// `instanceof File` would not know a file of another realm, nor one where `File` is not a global.
function isFile(blob: Blob): blob is File {
  return 'lastModified' in blob;
}
