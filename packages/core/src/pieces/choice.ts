// Which entries of a manifest a receiver takes, and which it leaves out (SPEC.md: E).

import type { ControlMessage } from '../protocol/control-messages.ts';
import { hasBytes, type EntryRange, type Manifest, type PieceRange } from '../protocol/types.ts';
import { hasFailed, isListed, type FailedFile, type FailedFiles } from './failed-files.ts';
import {
  addRange,
  countPieces,
  emptyPieces,
  hasPiece,
  rangesOf,
  removeRange,
  type PieceSet,
} from './piece-set.ts';
import type { Plan } from './plan.ts';
import { pagesOfRanges } from './ranges.ts';

/** Entries of a manifest, by their indexes. They are kept as ranges, as pieces are. */
export type EntrySet = PieceSet;

/** Why an entry is absent: its file failed, or the receiver left it out. */
export type AbsenceCode = FailedFile['code'] | 'left.out';

/** An entry that is not in a receiver's copy, and counts as zeros in the digest (SPEC.md, D3). */
export interface AbsentEntry {
  /** Index in the manifest. */
  readonly file: number;
  readonly code: AbsenceCode;
}

/** What is absent in a generation. */
interface Absent {
  readonly failedFiles: FailedFiles;
  readonly leftOut: EntrySet;
}

/**
 * The ranges to leave out, for a person who has chosen these entries.
 *
 * @param entries - how many the manifest has.
 * @param chosen - indexes of the entries to take; those outside the manifest are ignored.
 */
export function leftOutBy(entries: number, chosen: Iterable<number>): readonly EntryRange[] {
  let left = addRange(emptyPieces, { first: 0, end: entries });
  for (const index of chosen) left = removeRange(left, { first: index, end: index + 1 });
  return rangesOf(left);
}

/** How many entries of a manifest are taken, and their bytes, if these are left out. */
export function takenOf(
  manifest: Manifest,
  leftOut: EntrySet,
): { readonly entries: number; readonly bytes: number } {
  let bytes = manifest.bytes;
  for (const { first, end } of rangesOf(leftOut))
    for (const entry of manifest.entries.slice(first, end))
      bytes -= hasBytes(entry) ? entry.size : 0;
  return { entries: manifest.entries.length - countPieces(leftOut), bytes };
}

/** Whether these are ranges of a manifest's entries: whole numbers in ascending order, none empty or touching. */
export function areEntryRanges(ranges: readonly EntryRange[], entries: number): boolean {
  return ranges.every(({ first, end }, index) => {
    const before = index === 0 ? -1 : (ranges[index - 1]?.end ?? Infinity);
    return Number.isInteger(first) && Number.isInteger(end) && before < first && first < end;
  })
    ? (ranges.at(-1)?.end ?? 0) <= entries
    : false;
}

/** Whether a choice takes at least one entry. */
export function takesSome(leftOut: EntrySet, entries: number): boolean {
  return countPieces(leftOut) < entries;
}

/** A set without the ordinals of another one. */
export function withoutEntries(from: EntrySet, ranges: readonly EntryRange[]): EntrySet {
  return ranges.reduce(removeRange, from);
}

/** What two sets have in common, as ranges. */
export function commonRanges(set: EntrySet, other: EntrySet): readonly EntryRange[] {
  return rangesOf(withoutEntries(set, rangesOf(withoutEntries(set, rangesOf(other)))));
}

/** The pieces of entries. */
export function piecesOfEntries(plan: Plan, entries: EntrySet): readonly PieceRange[] {
  return rangesOf(entries).flatMap(({ first, end }) => {
    const range = {
      first: plan.firstPieces[first] ?? 0,
      end: plan.firstPieces[end] ?? plan.pieces,
    };
    return range.first < range.end ? [range] : [];
  });
}

/** Bytes of entries. */
export function bytesOfEntries(plan: Plan, entries: EntrySet): number {
  return rangesOf(entries).reduce(
    (bytes, { first, end }) => bytes + (plan.starts[end] ?? plan.bytes) - (plan.starts[first] ?? 0),
    0,
  );
}

/** How many of these entries are files. */
export function countFiles(plan: Plan, entries: EntrySet): number {
  return rangesOf(entries).reduce(
    (files, { first, end }) => files + end - first - countPieces(plan.folders, first, end),
    0,
  );
}

/** Whether an entry is absent: its file failed, or it was left out. */
export function isAbsent({ failedFiles, leftOut }: Absent, file: number): boolean {
  return hasPiece(leftOut, file) || hasFailed(failedFiles, file);
}

/** All absent entries in order: failed files, and what was left out. */
export function absentEntries(
  failedFiles: readonly FailedFile[],
  leftOut: EntrySet,
): readonly AbsentEntry[] {
  const left = rangesOf(leftOut).flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, index) => ({
      file: first + index,
      code: 'left.out' as const,
    })),
  );
  if (left.length === 0) return failedFiles;
  return [...failedFiles, ...left].toSorted((one, other) => one.file - other.file);
}

/** The failed files and the entries that were left out, of a list of absent entries. */
export function sortAbsent(absent: readonly AbsentEntry[]): {
  readonly failedFiles: readonly FailedFile[];
  readonly leftOut: EntrySet;
} {
  const failedFiles: FailedFile[] = [];
  let leftOut = emptyPieces;
  for (const { file, code } of absent) {
    if (code === 'left.out') leftOut = addRange(leftOut, { first: file, end: file + 1 });
    else if (!isListed(failedFiles, file)) failedFiles.push({ file, code });
  }
  return { failedFiles, leftOut };
}

/** The messages by which a receiver leaves entries out (SPEC.md, E1); none if it takes them all. */
export function leaveMessages(
  leftOut: EntrySet,
): readonly Extract<ControlMessage, { type: 'leave' }>[] {
  const pages = pagesOfRanges(rangesOf(leftOut));
  return pages.map((ranges, index) => ({
    type: 'leave',
    ranges,
    more: index < pages.length - 1,
  }));
}

/** The messages by which a receiver asks for entries that it left out (SPEC.md, E5). */
export function takeMessages(
  ranges: readonly EntryRange[],
): readonly Extract<ControlMessage, { type: 'take' }>[] {
  return pagesOfRanges(ranges).map((page) => ({ type: 'take', ranges: page }));
}
