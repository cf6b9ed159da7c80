import { hasBytes, type FailedFile, type ManifestEntry } from '@burritoshare/core';

import { formatBytes, formatCount } from '../ui/format.ts';
import type { LostFile } from './view.ts';

/** How many files and texts there are; what else there is are empty folders. */
export interface Tally {
  readonly files: number;
  readonly texts: number;
}

/** The files and texts of a bundle that are not lost. */
export function tallyOf(
  entries: readonly ManifestEntry[],
  lostFiles: readonly Pick<LostFile, 'file'>[] = [],
): Tally {
  const lost = new Set(lostFiles.map(({ file }) => file));
  const count = (wanted: ManifestEntry['kind']) =>
    entries.reduce(
      (sum, { kind }, index) => sum + (kind === wanted && !lost.has(index) ? 1 : 0),
      0,
    );
  return { files: count('file'), texts: count('text') };
}

/** `12 files`, `1 text`, `2 files and 1 text`. */
export function tallyWords({ files, texts }: Tally): string {
  return [
    ...(files > 0 || texts === 0 ? [formatCount(files, 'file')] : []),
    ...(texts > 0 ? [formatCount(texts, 'text')] : []),
  ].join(' and ');
}

/** The contents of a bundle in one line: `12 files, 340 MB`, `2 files and 1 text, 5 MB`. */
export function summaryOf(entries: readonly ManifestEntry[], bytes: number): string {
  const tally = tallyOf(entries);
  const rest = tally.files + tally.texts;
  const folders = entries.length - rest;
  return [
    ...(rest > 0 ? [tallyWords(tally)] : []),
    ...(folders > 0 ? [formatCount(folders, 'empty folder')] : []),
    formatBytes(bytes),
  ].join(', ');
}

/** The same of a bundle whose entries have not come: how many of them are texts or folders isn't known yet. */
export function toldSummaryOf(files: number, bytes: number): string {
  return `${formatCount(files, 'file')}, ${formatBytes(bytes)}`;
}

/** Whether the delivery is a single file or text. That is handed over as it is, anything else as a ZIP. */
export function isSingleFile(
  entries: readonly ManifestEntry[],
  lostFiles: readonly LostFile[],
): boolean {
  const lost = new Set(lostFiles.map(({ path }) => path));
  const arriving = entries.filter(({ path }) => !lost.has(path));
  return arriving.length === 1 && hasBytes(arriving[0]);
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
