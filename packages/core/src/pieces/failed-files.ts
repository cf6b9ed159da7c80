import type { FailureCode } from '../protocol/types.ts';
import type { Plan } from './plan.ts';

/** A file that could not be delivered, while others were. */
export interface FailedFile {
  /** Index in the manifest. */
  readonly file: number;
  readonly code: FailureCode;
}

/** The files of a delivery that failed. */
export interface FailedFiles {
  /** Sorted by index, so that both ends have the same list. */
  readonly list: readonly FailedFile[];
  /** The code of the file that failed first. */
  readonly firstCode: FailureCode | undefined;
}

/** No file failed. */
export const noFailedFiles: FailedFiles = { list: [], firstCode: undefined };

/** Whether a file is among them. */
export function hasFailed(failed: FailedFiles, file: number): boolean {
  return isListed(failed.list, file);
}

/** Whether a sorted list has this file. */
export function isListed(list: readonly FailedFile[], file: number): boolean {
  return list[placeOf(list, file)]?.file === file;
}

/** Those of a sorted list with indexes from `first` up to, but not including, `end`. */
export function failedBetween(
  list: readonly FailedFile[],
  first: number,
  end: number,
): readonly FailedFile[] {
  return list.slice(placeOf(list, first), placeOf(list, end));
}

/** The list with one more, still sorted. */
export function insertFailedFile(
  list: readonly FailedFile[],
  failed: FailedFile,
): readonly FailedFile[] {
  return list.toSpliced(placeOf(list, failed.file), 0, failed);
}

/** The list without this file. */
export function withoutFile(list: readonly FailedFile[], file: number): readonly FailedFile[] {
  return isListed(list, file) ? list.toSpliced(placeOf(list, file), 1) : list;
}

/** The failed files without this one, which is retried. */
export function removeFailedFile(failed: FailedFiles, file: number): FailedFiles {
  const list = withoutFile(failed.list, file);
  return { list, firstCode: list.length === 0 ? undefined : failed.firstCode };
}

/** The failed files with one more; the same object if the file has failed already or is not in the plan. */
export function addFailedFile(
  failed: FailedFiles,
  plan: Plan,
  { file, code }: FailedFile,
): FailedFiles {
  if (!isFileOf(plan, file) || hasFailed(failed, file)) return failed;
  return {
    list: insertFailedFile(failed.list, { file, code }),
    firstCode: failed.firstCode ?? code,
  };
}

/** Whether all of a bundle's `files` files failed, and there was one (SPEC.md, X4). */
export function isAllFailed(failed: FailedFiles, files: number): boolean {
  return files > 0 && failed.list.length >= files;
}

/** Whether the plan has an entry with this index. */
export function isFileOf(plan: Plan, file: number): boolean {
  return Number.isInteger(file) && file >= 0 && file < plan.files;
}

// The index of the file, or the one to insert it at. A binary search, since ten thousand files may fail at once.
function placeOf(list: readonly FailedFile[], file: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.file ?? Infinity) < file) low = middle + 1;
    else high = middle;
  }
  return low;
}
