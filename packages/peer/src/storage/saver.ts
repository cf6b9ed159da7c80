import { LocalProtocolError } from '@burritoshare/core';
import type { AbsentEntry, Manifest, SaveMethod } from '@burritoshare/core';
import type { WebBlob } from '../web-types.ts';

/** Bytes from `start` to `end` of a blob. Ranges of the same container are read together, separate blobs are not. */
export interface BlobRange {
  readonly blob: WebBlob;
  readonly start: number;
  readonly end: number;
}

/** Files that have arrived whole and can be handed over. */
export interface ReceivedFiles {
  readonly manifest: Manifest;
  /** These files are left out. */
  readonly absent: readonly AbsentEntry[];
  /** Locates the bytes of a file, by its index in the manifest. */
  rangeOf(file: number): BlobRange;
}

/**
 * The bytes of one file, as `Sink.read` says.
 *
 * @throws LocalProtocolError `argument` for an entry that has no bytes, is absent, or doesn't exist.
 */
export function fileIn(files: ReceivedFiles, file: number): WebBlob {
  const { manifest, absent } = files;
  if (manifest.entries[file]?.kind !== 'file')
    throw new LocalProtocolError('argument', `entry ${file} is no file`);
  if (absent.some((one) => one.file === file))
    throw new LocalProtocolError('argument', `file ${file} is absent`);
  const { blob, start, end } = files.rangeOf(file);
  return blob.slice(start, end);
}

/**
 * Hands files to the person, as `Sink.save` says. It is called in the turn of the person's click, and its
 * result means the same.
 *
 * @param note - records that the files are handed over, if the sink can remember that. It is awaited before a method
 *   whose end can't be observed reports its success.
 */
export type Saver = (
  files: ReceivedFiles,
  method: SaveMethod,
  note?: () => Promise<void>,
) => Promise<'observed' | 'started'>;
