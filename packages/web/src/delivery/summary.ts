import { hasPiece } from '@burritoshare/core';
import type { EntrySet, FailedFile, ManifestEntry } from '@burritoshare/core';

import { formatBytes, formatCount } from '../ui/format.ts';
import type { LostFile } from './view.ts';

/** The number of files among a bundle's entries; the others are empty folders. */
export function filesIn(entries: readonly ManifestEntry[]): number {
  return entries.filter(({ kind }) => kind === 'file').length;
}

/** The entries that a receiver takes. */
export function takenIn(
  entries: readonly ManifestEntry[],
  leftOut: EntrySet,
): readonly ManifestEntry[] {
  return leftOut.size === 0 ? entries : entries.filter((_, index) => !hasPiece(leftOut, index));
}

/** The contents of a bundle in one line: `12 files, 340 MB`. */
export function summaryOf(entries: readonly ManifestEntry[], bytes: number): string {
  const files = filesIn(entries);
  const folders = entries.length - files;
  return [
    ...(files > 0 ? [formatCount(files, 'file')] : []),
    ...(folders > 0 ? [formatCount(folders, 'empty folder')] : []),
    formatBytes(bytes),
  ].join(', ');
}

/** The same of a bundle whose entries have not come: how many of them are folders isn't known yet. */
export function toldSummaryOf(files: number, bytes: number): string {
  return `${formatCount(files, 'file')}, ${formatBytes(bytes)}`;
}

/** Whether the delivery is a single file. That is handed over as it is, anything else as a ZIP. */
export function isSingleFile(
  entries: readonly ManifestEntry[],
  lostFiles: readonly LostFile[],
): boolean {
  const lost = new Set(lostFiles.map(({ path }) => path));
  const arriving = entries.filter(({ path }) => !lost.has(path));
  return arriving.length === 1 && arriving[0]?.kind === 'file';
}

/** The files that failed, by name. */
export function lostFilesOf(
  entries: readonly ManifestEntry[],
  failedFiles: readonly FailedFile[],
): readonly LostFile[] {
  return failedFiles.flatMap(({ file, code }) => {
    const path = entries[file]?.path;
    return path === undefined ? [] : [{ file, path, code }];
  });
}
