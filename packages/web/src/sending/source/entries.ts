import type { ChosenEntry } from '@burritoshare/core';

import { handlesOfDrop } from './file-handles.ts';
import { comparePaths } from './natural-order.ts';

/** What a person chose, as the platform names it, with the handle on its bytes; folders have none. */
export interface ChosenItem {
  readonly entry: ChosenEntry;
  readonly file?: File;
}

/** Something in a choice that could not be read, by its path. The rest is not affected. */
export interface UnreadableItem {
  readonly path: string;
  /** The platform's name for what went wrong, as in `NotFoundError`. */
  readonly reason: string;
}

export interface Choice {
  readonly items: readonly ChosenItem[];
  readonly unreadable: readonly UnreadableItem[];
  /** The one file's or the one folder's name; undefined where several lie side by side. */
  readonly name: string | undefined;
  /** Handles that outlive a reload, on the files and folders that were chosen; none where the browser has none. */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * Files of an `<input type=file>`, with `webkitdirectory` or without, or of the clipboard. Browsers leave
 * out empty folders here.
 */
export function choiceOfFiles(files: Iterable<File>): Choice {
  const items = Array.from(files, (file) => fileItem(file, file.webkitRelativePath || file.name));
  return choiceOf(items, [], []);
}

/** All that handles lead to: files, and folders with all that is in them. */
export async function choiceOfHandles(roots: readonly FileSystemHandle[]): Promise<Choice> {
  return collect(
    roots.map((root) => walkHandle(root, root.name)),
    roots,
  );
}

/**
 * Everything in a drop: files and folders with all that is in them, and empty folders.
 *
 * Must be called in the turn of the `drop` event: its items are gone afterwards. (They are all asked for
 * before the first wait.)
 */
export async function choiceOfDrop({ items, files }: DataTransfer): Promise<Choice> {
  const roots = Array.from(items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  // Some sources, as an image out of another page, are files without an entry.
  if (roots.length === 0) return choiceOfFiles(files);
  const handles = handlesOfDrop(items);
  return collect(roots.map(walk), await handles);
}

async function collect(
  walks: readonly AsyncIterable<ChosenItem | UnreadableItem>[],
  roots: readonly FileSystemHandle[],
): Promise<Choice> {
  const items: ChosenItem[] = [];
  const unreadable: UnreadableItem[] = [];
  for (const found of walks) {
    for await (const result of found) {
      if ('reason' in result) unreadable.push(result);
      else items.push(result);
    }
  }
  return choiceOf(items, unreadable, roots);
}

// Platforms list in any order, and the pickers in the disk's.
function choiceOf(
  items: readonly ChosenItem[],
  unreadable: readonly UnreadableItem[],
  roots: readonly FileSystemHandle[],
): Choice {
  const sorted = items.toSorted((a, b) => comparePaths(a.entry.path, b.entry.path));
  return { items: sorted, unreadable, name: commonName(items), roots };
}

// One after the other: thousands of requests at once only fill the browser's queues.
async function* walk(entry: FileSystemEntry): AsyncGenerator<ChosenItem | UnreadableItem> {
  const path = entry.fullPath.replace(/^\//, '');
  try {
    if (isFileEntry(entry)) {
      yield fileItem(await fileOf(entry), path);
      return;
    }
    if (!isFolderEntry(entry)) return;
    const children = await childrenOf(entry);
    if (children.length === 0) yield folderItem(path);
    for (const child of children) yield* walk(child);
  } catch (error) {
    yield unreadableItem(path, error);
  }
}

async function* walkHandle(
  handle: FileSystemHandle,
  path: string,
): AsyncGenerator<ChosenItem | UnreadableItem> {
  try {
    if (handle instanceof FileSystemFileHandle) {
      yield fileItem(await handle.getFile(), path);
      return;
    }
    if (!(handle instanceof FileSystemDirectoryHandle)) return;
    const children: FileSystemHandle[] = [];
    for await (const child of handle.values()) children.push(child);
    if (children.length === 0) yield folderItem(path);
    for (const child of children) yield* walkHandle(child, `${path}/${child.name}`);
  } catch (error) {
    yield unreadableItem(path, error);
  }
}

function unreadableItem(path: string, error: unknown): UnreadableItem {
  return { path, reason: error instanceof Error ? error.name : String(error) };
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // Chromium gives a hundred at a time; only an empty list says that there are no more.
    const batch = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) break;
    children.push(...batch);
  }
  return children;
}

// Reading size and time here is what makes Chromium notice later that the file has changed.
function fileItem(file: File, path: string): ChosenItem {
  const { size, lastModified, type } = file;
  return { entry: { kind: 'file', path, size, modified: lastModified, mediaType: type }, file };
}

function folderItem(path: string): ChosenItem {
  return { entry: { kind: 'folder', path, size: 0, modified: null, mediaType: '' } };
}

function commonName(items: readonly ChosenItem[]): string | undefined {
  const tops = new Set(items.map(({ entry }) => entry.path.split('/')[0]));
  return tops.size === 1 ? [...tops][0] : undefined;
}
