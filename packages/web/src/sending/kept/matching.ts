import {
  cleanName,
  cleanPaths,
  hasBytes,
  type FileEntry,
  type Manifest,
  type TextEntry,
} from '@burritoshare/core';

import type { ChosenItem } from '../source/entries.ts';

/** The files of a bundle that were found again. */
export interface Match {
  /** By index in the manifest. A changed file is included, and fails when it is read. */
  readonly files: readonly (File | undefined)[];
  /** The number of unchanged files. */
  readonly found: number;
  /** Paths of files that have another size or time now. */
  readonly changed: readonly string[];
  /** Paths of files that were not found. */
  readonly missing: readonly string[];
}

interface Candidate {
  /** In normal form, as in a manifest. */
  readonly path: string;
  readonly file: File;
}

/**
 * Finds a manifest's files, and texts that were saved as such, among those that were chosen again: by path, or, for moved files, by name, size and time.
 * Extra files do no harm.
 */
export function matchFiles({ entries }: Manifest, items: readonly ChosenItem[]): Match {
  const candidates = candidatesOf(items);
  const byPath = new Map(candidates.map((candidate) => [candidate.path, candidate]));
  const files: (File | undefined)[] = entries.map(() => undefined);
  const taken = new Set<Candidate>();
  const take = (index: number, candidate: Candidate) => {
    files[index] = candidate.file;
    taken.add(candidate);
  };

  const wanted = Array.from(entries.entries()).flatMap(([index, entry]) =>
    hasBytes(entry) ? [{ index, entry }] : [],
  );
  for (const { index, entry } of wanted) {
    const candidate = byPath.get(entry.path);
    if (candidate !== undefined && isUnchanged(entry, candidate.file)) take(index, candidate);
  }

  // Only files that match no path of their own, so that no file is taken from its own path.
  const byLooks = grouped(candidates.filter((candidate) => !taken.has(candidate)));
  for (const { index, entry } of wanted) {
    if (files[index] !== undefined) continue;
    const alike = byLooks.get(looksOf(entry.path, entry.size)) ?? [];
    const candidate = alike.find((one) => !taken.has(one) && isUnchanged(entry, one.file));
    if (candidate !== undefined) take(index, candidate);
  }

  const found = taken.size;
  const changed: string[] = [];
  const missing: string[] = [];
  for (const { index, entry } of wanted) {
    if (files[index] !== undefined) continue;
    const candidate = byPath.get(entry.path);
    (candidate === undefined ? missing : changed).push(entry.path);
    files[index] = candidate?.file;
  }
  return { files, found, changed, missing };
}

function candidatesOf(items: readonly ChosenItem[]): readonly Candidate[] {
  // Include folders, since they took part when clashing paths were numbered.
  const paths = cleanPaths(items.map(({ entry }) => entry.path));
  return items.flatMap(({ file }, index) =>
    file === undefined ? [] : [{ path: paths[index] ?? '', file }],
  );
}

// `Map.groupBy` is missing in some browsers that the app supports.
function grouped(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const looks = looksOf(candidate.file.name, candidate.file.size);
    const group = groups.get(looks);
    if (group === undefined) groups.set(looks, [candidate]);
    else group.push(candidate);
  }
  return groups;
}

function looksOf(path: string, size: number): string {
  return `${size} ${cleanName(path.slice(path.lastIndexOf('/') + 1))}`;
}

function isUnchanged(entry: FileEntry | TextEntry, file: File): boolean {
  const modified = entry.kind === 'file' ? entry.modified : null;
  return file.size === entry.size && (modified === null || file.lastModified === modified);
}
