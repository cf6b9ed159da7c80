import { isNormalPath } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { BlobRange } from '@burritoshare/peer/storage';

import { numberedName } from './file-names.ts';
import { planNames } from './name-plan.ts';
import type { ReceivedEntry } from './received.ts';
import type { Renamed } from './report.ts';

/** Files written at once: closing one waits for the browser's checks, and a disk can do more meanwhile. */
const WRITES = 4;

/**
 * Writes entries into a folder that the person chose. What is there already stays as it is: a file or a
 * folder of the same name gets a number, `name (2)`. A name that the browser refuses becomes the nearest that
 * it takes. Resolves, with what was renamed, when everything is closed, and so on the disk.
 *
 * @throws PlatformError `disk.full` or `disk.failed`; what this call made is removed then.
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
      // The manifest was checked when it came; a name that leaves the folder must not even be tried.
      if (!isNormalPath(path)) throw new PlatformError('disk.failed', `refused the path ${path}`);
      if (item.kind === 'folder') {
        await tree.folder(path);
        continue;
      }
      // Names are found one after the other, so that no two files find the same one free.
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
  /** Removes what was made at the top, and so all of it. */
  remove(): Promise<void>;
}

/** Simpler names that are tried for a file or a folder, after the nearest that should be allowed. */
const SIMPLER_NAMES = 2;

type Make<T> = (parent: FileSystemDirectoryHandle, name: string) => Promise<T>;

interface Folder {
  readonly handle: FileSystemDirectoryHandle;
  /** Where it is in the chosen folder, with a slash at the end; empty for that itself. */
  readonly place: string;
}

function createTree(root: FileSystemDirectoryHandle, paths: readonly string[]): Tree {
  const plan = planNames(paths);
  const made: string[] = [];
  const renamed: Renamed[] = [];
  const folders = new Map<string, Promise<Folder>>();

  const makeOnce = async <T>(path: string, wanted: string, make: Make<T>) => {
    const { handle, place } = await folderOf(parentOf(path));
    // Below a folder that was just made nothing can be in the way; only names at the top can be taken.
    const name = place === '' ? await freeName(handle, wanted) : wanted;
    if (place === '') made.push(name);
    const result = await make(handle, name);
    if (name !== path.slice(path.lastIndexOf('/') + 1))
      renamed.push({ from: path, to: place + name });
    return { result, place: `${place}${name}/` };
  };
  // The rule knows one browser on one system: what another refuses gets a simpler name, and keeps nothing else.
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
      // A name that can't be removed doesn't keep the others.
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
    // The name is too long only for what it is first written as: an empty file would stay.
    await parent.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

/** What browsers say of a name: a `TypeError`, a `SecurityError` of `.git`, an `InvalidStateError` of a long one. */
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
    // A folder has the name.
    if (reason === 'TypeMismatchError') return true;
    if (reason === 'NotFoundError') return false;
    throw error;
  }
}

async function writeFile(
  writable: FileSystemWritableFileStream,
  { blob, start, end }: BlobRange,
): Promise<void> {
  // The browser copies a blob by itself: its bytes don't come through this page.
  await writable.write(blob.slice(start, end));
  await writable.close();
}

function saveFailure(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const { name, message } = error as Partial<Error>;
  const code = name === 'QuotaExceededError' ? 'disk.full' : 'disk.failed';
  return new PlatformError(code, `${name}: ${message}`, { cause: error });
}
