import { isNormalPath } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { BlobRange } from '@burritoshare/peer/storage';

import { numberedName } from './file-names.ts';
import type { ReceivedEntry } from './received.ts';

/** Files written at once: closing one waits for the browser's checks, and a disk can do more meanwhile. */
const WRITES = 4;

/**
 * Writes entries into a folder that the person chose. What is there already stays as it is: a file or a
 * folder of the same name gets a number, `name (2)`. Resolves when everything is closed, and so on the disk.
 *
 * @throws PlatformError `disk.full` or `disk.failed`; what this call made is removed then.
 */
export async function saveToFolder(
  entries: readonly ReceivedEntry[],
  root: FileSystemDirectoryHandle,
): Promise<void> {
  const tree = createTree(root);
  const writing = new Set<Promise<void>>();
  try {
    for (const item of entries) {
      const path = item.kind === 'file' ? item.entry.path : item.path;
      // The manifest was checked when it came; a name that leaves the folder must not even be tried.
      if (!isNormalPath(path)) throw new PlatformError('disk.failed', `refused the path ${path}`);
      const segments = path.split('/');
      if (item.kind === 'folder') {
        await tree.folder(segments);
        continue;
      }
      // Names are found one after the other, so that no two files find the same one free.
      const write = writeFile(await tree.file(segments), item.range);
      writing.add(write);
      write.then(
        () => writing.delete(write),
        () => undefined,
      );
      if (writing.size >= WRITES) await Promise.race(writing);
    }
    await Promise.all(writing);
  } catch (error) {
    await Promise.allSettled(writing);
    await tree.remove();
    throw saveFailure(error);
  }
}

interface Tree {
  folder(segments: readonly string[]): Promise<FileSystemDirectoryHandle>;
  file(segments: readonly string[]): Promise<FileSystemFileHandle>;
  /** Removes what was made at the top, and so all of it. */
  remove(): Promise<void>;
}

function createTree(root: FileSystemDirectoryHandle): Tree {
  const made: string[] = [];
  const folders = new Map<string, Promise<FileSystemDirectoryHandle>>();

  // Below a folder that was just made nothing can be in the way; only names at the top can be taken.
  const nameIn = async (segments: readonly string[]): Promise<string> => {
    const wanted = writableName(segments.at(-1) ?? '');
    if (segments.length > 1) return wanted;
    const name = await freeName(root, wanted);
    made.push(name);
    return name;
  };
  const makeFolder = async (segments: readonly string[]): Promise<FileSystemDirectoryHandle> => {
    const parent = await folder(segments.slice(0, -1));
    return parent.getDirectoryHandle(await nameIn(segments), { create: true });
  };
  const folder = (segments: readonly string[]): Promise<FileSystemDirectoryHandle> => {
    if (segments.length === 0) return Promise.resolve(root);
    const path = segments.join('/');
    const known = folders.get(path) ?? makeFolder(segments);
    folders.set(path, known);
    return known;
  };
  return {
    folder,
    async file(segments) {
      const parent = await folder(segments.slice(0, -1));
      return parent.getFileHandle(await nameIn(segments), { create: true });
    },
    async remove() {
      // A name that can't be removed doesn't keep the others.
      for (const name of made)
        await root.removeEntry(name, { recursive: true }).catch(() => undefined);
    },
  };
}

/** Endings that Chromium refuses to write in a chosen folder, since opening them runs something. */
const REFUSED_ENDINGS = /\.(?:lnk|local|scf|url|desktop)$/i;

// The name that Chromium itself gives such files when they are downloaded.
function writableName(name: string): string {
  return REFUSED_ENDINGS.test(name) ? `${name}.download` : name;
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
  file: FileSystemFileHandle,
  { blob, start, end }: BlobRange,
): Promise<void> {
  const writable = await file.createWritable();
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
