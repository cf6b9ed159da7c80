import type { FileEntry, TextEntry } from '@burritoshare/core';
import type { BlobRange, ReceivedFiles } from '@burritoshare/peer/storage';

/** An entry that arrived: a file or a text with its bytes, or an empty folder. */
export type ReceivedEntry =
  | { readonly kind: 'file'; readonly entry: FileEntry | TextEntry; readonly range: BlobRange }
  | { readonly kind: 'folder'; readonly path: string };

/** The entries to hand over, in the manifest's order: all except failed files. */
export function receivedEntries(files: ReceivedFiles): readonly ReceivedEntry[] {
  const failed = new Set(files.absent.map(({ file }) => file));
  return files.manifest.entries.flatMap((entry, file): readonly ReceivedEntry[] => {
    if (failed.has(file)) return [];
    return entry.kind === 'folder'
      ? [{ kind: 'folder', path: entry.path }]
      : [{ kind: 'file', entry, range: files.rangeOf(file) }];
  });
}
