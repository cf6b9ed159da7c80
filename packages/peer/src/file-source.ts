import { LocalProtocolError } from '@burritoshare/core';
import type { FileEntry, Manifest, Piece } from '@burritoshare/core';

import { createBlockReader } from './block-reader.ts';
import { createLeafBook } from './leaf-book.ts';
import { PlatformError } from './ports.ts';
import type { Source } from './ports.ts';

export interface FileSourceInput {
  readonly manifest: Manifest;
  /** By index in the manifest; undefined for folders. */
  readonly files: readonly (Blob | undefined)[];
}

/**
 * A {@link Source} over files of the platform. A file that is not as the manifest says (size, time of the
 * last change) or that changes while it is read fails, and that file alone.
 *
 * After `close`, every call rejects with an `AbortError` DOMException.
 */
export function createFileSource({ manifest, files }: FileSourceInput): Source {
  const leaves = createLeafBook(manifest);
  const reader = createBlockReader();
  const closing = new AbortController();
  const refuseClosed = (): void => closing.signal.throwIfAborted();

  return {
    async load(piece) {
      refuseClosed();
      const bytes = await reader.read(blobOf(manifest, files, piece), piece);
      refuseClosed();
      await leaves.record(piece, bytes);
      refuseClosed();
      return bytes;
    },
    async digest(failedFiles) {
      refuseClosed();
      return leaves.digest(failedFiles);
    },
    close() {
      closing.abort();
      reader.clear();
    },
  };
}

function blobOf(manifest: Manifest, files: FileSourceInput['files'], { file }: Piece): Blob {
  const entry = manifest.entries[file];
  const blob = files[file];
  if (entry?.kind !== 'file' || blob === undefined) {
    throw new LocalProtocolError('argument', `no file ${file} in the manifest`);
  }
  if (!isAsOffered(entry, blob)) {
    throw new PlatformError('source.changed', 'the file is not as it was offered');
  }
  return blob;
}

// Platforms that look at the file only now show its new size and time here.
function isAsOffered(entry: FileEntry, blob: Blob): boolean {
  if (blob.size !== entry.size) return false;
  if (entry.modified === null || !isFile(blob)) return true;
  return blob.lastModified === entry.modified;
}

// `instanceof File` would not know a file of another realm, nor one where `File` is not a global.
function isFile(blob: Blob): blob is File {
  return 'lastModified' in blob;
}
