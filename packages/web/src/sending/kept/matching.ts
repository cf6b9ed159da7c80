import { cleanName, cleanPaths, type FileEntry, type Manifest } from '@burritoshare/core';

import type { ChosenItem } from '../source/entries.ts';

/** What of a bundle was found again. */
export interface Match {
  /** By index in the manifest: a file that has changed is there, and fails when it is read. */
  readonly files: readonly (File | undefined)[];
  /** How many are as they were. */
  readonly found: number;
  /** Paths of what is there with another size or time. */
  readonly changed: readonly string[];
  /** Paths of what is not there. */
  readonly missing: readonly string[];
}

interface Candidate {
  /** In normal form, as a manifest would have it. */
  readonly path: string;
  readonly file: File;
}

/**
 * Finds a manifest's files among those that were chosen again: by path, or by name, size and time where they
 * lie elsewhere. Choosing too much does no harm.
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
    entry.kind === 'file' ? [{ index, entry }] : [],
  );
  for (const { index, entry } of wanted) {
    const candidate = byPath.get(entry.path);
    if (candidate !== undefined && isUnchanged(entry, candidate.file)) take(index, candidate);
  }

  // Only what has not been found under its own path, so that nothing is taken away from there.
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
  // Folders too: they had a part in how clashing paths were numbered.
  const paths = cleanPaths(items.map(({ entry }) => entry.path));
  return items.flatMap(({ file }, index) =>
    file === undefined ? [] : [{ path: paths[index] ?? '', file }],
  );
}

// `Map.groupBy` is younger than some browsers that do all else.
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

function isUnchanged({ size, modified }: FileEntry, file: File): boolean {
  return file.size === size && (modified === null || file.lastModified === modified);
}
