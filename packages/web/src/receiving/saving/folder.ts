import { isNormalPath } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { BlobRange } from '@burritoshare/peer/storage';

import { numberedName } from './file-names.ts';
import { planNames } from './name-plan.ts';
import type { ReceivedEntry } from './received.ts';
import type { Renamed } from './report.ts';

/** Files written at once. Closing a file waits for the browser's checks; the disk can write others meanwhile. */
const WRITES = 4;

/**
 * Writes entries into a folder that the person chose. Existing files and folders stay: a new one of the same name gets
 * a number, `name (2)`. A name that the browser refuses becomes the nearest that it accepts. Resolves with the renamed
 * entries once all files are closed, and so on the disk.
 *
 * @throws PlatformError `disk.full` or `disk.failed`, after removing everything that this call made.
 */
export async function saveToFolder(
  entries: readonly ReceivedEntry[],
  root: FileSystemDirectoryHandle,
): Promise<readonly Renamed[]> {
  const tree = createTree(root, entries.map(pathOf));
  const writing = new Set<Promise<void>>();
  try {
    for (const item of entries) {
      const path = pathOf(item);
      // The manifest was checked when it came. Check again, so that no path can leave the folder.
      if (!isNormalPath(path)) throw new PlatformError('disk.failed', `refused the path ${path}`);
      if (item.kind === 'folder') {
        await tree.folder(path);
        continue;
      }
      // Wait for each name, so that no two files find the same one free.
      const write = writeFile(await tree.file(path), item.range);
      writing.add(write);
      write.then(
        () => writing.delete(write),
        () => undefined,
      );
      if (writing.size >= WRITES) await Promise.race(writing);
    }
    await Promise.all(writing);
    return tree.renamed;
  } catch (error) {
    await Promise.allSettled(writing);
    await tree.remove();
    throw saveFailure(error);
  }
}

function pathOf(item: ReceivedEntry): string {
  return item.kind === 'file' ? item.entry.path : item.path;
}

interface Tree {
  folder(path: string): Promise<FileSystemDirectoryHandle>;
  file(path: string): Promise<FileSystemWritableFileStream>;
  readonly renamed: readonly Renamed[];
  /** Removes the new entries at the top, and so everything that was made. */
  remove(): Promise<void>;
}

/** Number of simpler names to try for a file or a folder if its allowed name is refused. */
const SIMPLER_NAMES = 2;

type Make<T> = (parent: FileSystemDirectoryHandle, name: string) => Promise<T>;

interface Folder {
  readonly handle: FileSystemDirectoryHandle;
  /** Its path in the chosen folder, with a slash at the end; empty for the chosen folder itself. */
  readonly place: string;
}

function createTree(root: FileSystemDirectoryHandle, paths: readonly string[]): Tree {
  const plan = planNames(paths);
  const made: string[] = [];
  const renamed: Renamed[] = [];
  const folders = new Map<string, Promise<Folder>>();

  const makeOnce = async <T>(path: string, wanted: string, make: Make<T>) => {
    const { handle, place } = await folderOf(parentOf(path));
    // Only names at the top can be taken: a folder that was just made is empty.
    const name = place === '' ? await freeName(handle, wanted) : wanted;
    if (place === '') made.push(name);
    const result = await make(handle, name);
    if (name !== path.slice(path.lastIndexOf('/') + 1))
      renamed.push({ from: path, to: place + name });
    return { result, place: `${place}${name}/` };
  };
  // The rule for names was found with one browser on one system. If another refuses a name, try simpler ones, so that
  // the other entries can still be saved.
  const make = async <T>(path: string, create: Make<T>) => {
    let name = plan.nameOf(path);
    for (let left = SIMPLER_NAMES; ; left--) {
      try {
        return await makeOnce(path, name, create);
      } catch (error) {
        if (left === 0 || !isRefusal(error)) throw error;
        name = plan.simplerNameOf(path);
      }
    }
  };
  const folderOf = (path: string): Promise<Folder> => {
    if (path === '') return Promise.resolve({ handle: root, place: '' });
    const known =
      folders.get(path) ??
      make(path, (parent, name) => parent.getDirectoryHandle(name, { create: true })).then(
        ({ result, place }) => ({ handle: result, place }),
      );
    folders.set(path, known);
    return known;
  };
  return {
    renamed,
    folder: async (path) => (await folderOf(path)).handle,
    file: async (path) => (await make(path, createFile)).result,
    async remove() {
      // Go on with the others if one can't be removed.
      for (const name of made)
        await root.removeEntry(name, { recursive: true }).catch(() => undefined);
    },
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

async function createFile(
  parent: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemWritableFileStream> {
  const handle = await parent.getFileHandle(name, { create: true });
  try {
    return await handle.createWritable();
  } catch (error) {
    // The file could be made, but not the longer name under which it is first written. Don't leave an empty file
    // behind.
    await parent.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

/**
 * Whether a browser refused a name: with a `TypeError`, for `.git` a `SecurityError`, for a long name an
 * `InvalidStateError`.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  const name = error instanceof DOMException ? error.name : '';
  return name === 'SecurityError' || name === 'InvalidStateError' || name === 'NotFoundError';
}

async function freeName(folder: FileSystemDirectoryHandle, wanted: string): Promise<string> {
  let name = wanted;
  for (let number = 2; await isTaken(folder, name); number++) name = numberedName(wanted, number);
  return name;
}

async function isTaken(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    const reason = error instanceof DOMException ? error.name : '';
    // A folder has this name.
    if (reason === 'TypeMismatchError') return true;
    if (reason === 'NotFoundError') return false;
    throw error;
  }
}

async function writeFile(
  writable: FileSystemWritableFileStream,
  { blob, start, end }: BlobRange,
): Promise<void> {
  // The browser copies a blob by itself, so that its bytes don't pass through this page.
  await writable.write(blob.slice(start, end));
  await writable.close();
}

function saveFailure(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const { name, message } = error as Partial<Error>;
  const code = name === 'QuotaExceededError' ? 'disk.full' : 'disk.failed';
  return new PlatformError(code, `${name}: ${message}`, { cause: error });
}
