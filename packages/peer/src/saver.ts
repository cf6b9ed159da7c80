import type { FailedFile, Manifest, SaveMethod } from '@burritoshare/core';

/** Files that have arrived whole and can be handed over. */
export interface ReceivedFiles {
  readonly manifest: Manifest;
  /** These are left out. */
  readonly failedFiles: readonly FailedFile[];
  /** The bytes of a file, by its index in the manifest. */
  blobOf(file: number): Blob;
}

/**
 * Hands files to the person, as `Sink.save` says. It is called in the turn of the person's click, and its
 * result means the same.
 */
export type Saver = (files: ReceivedFiles, method: SaveMethod) => Promise<'observed' | 'started'>;
