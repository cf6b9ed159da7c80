import type { ChosenEntry } from '@burritoshare/core';

import { sortedByPath } from '../../delivery/contents/natural-order.ts';
import { handlesOfDrop } from './file-handles.ts';
import { suggestedName } from './suggested-name.ts';

/** An item that a person chose, under the platform's name. A file and a text have their bytes; a folder has none. */
export interface ChosenItem {
  readonly entry: ChosenEntry;
  readonly file?: File;
}

/** An item of a choice that could not be read. The others are not affected. */
export interface UnreadableItem {
  readonly path: string;
  /** The platform's name of the error, such as `NotFoundError`. */
  readonly reason: string;
}

export interface Choice {
  readonly items: readonly ChosenItem[];
  readonly unreadable: readonly UnreadableItem[];
  /** What a bundle of these is called until the person gives it another name. */
  readonly name: string;
  /** Handles for the chosen files and folders that outlive a reload; empty if the browser gives none. */
  readonly roots: readonly FileSystemHandle[];
}

/**
 * The files of an `<input type=file>`, with or without `webkitdirectory`, or of the clipboard. Browsers leave out empty
 * folders here.
 */
export function choiceOfFiles(files: Iterable<File>): Choice {
  const items = Array.from(files, (file) => fileItem(file, file.webkitRelativePath || file.name));
  return choiceOf(items, [], []);
}

/** What was chosen, with further items. */
export function withItems(choice: Choice, more: readonly ChosenItem[]): Choice {
  return choiceOf([...choice.items, ...more], choice.unreadable, choice.roots);
}

/** Everything that the handles lead to: files, and folders with their contents. */
export async function choiceOfHandles(roots: readonly FileSystemHandle[]): Promise<Choice> {
  return collect(
    roots.map((root) => walkHandle(root, root.name)),
    roots,
  );
}

/**
 * Everything in a drop: files, and folders with their contents, also empty ones.
 *
 * Must be called in the turn of the `drop` event, since its items are gone afterwards. (It reads them all before it
 * first waits.)
 */
export async function choiceOfDrop({ items, files }: DataTransfer): Promise<Choice> {
  const roots = Array.from(items, (item) => item.webkitGetAsEntry()).filter(
    (entry) => entry !== null,
  );
  // Some dropped files have no entry, such as an image from another page.
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

// Sorts the items, since platforms list them in any order, and pickers in the disk's.
function choiceOf(
  items: readonly ChosenItem[],
  unreadable: readonly UnreadableItem[],
  roots: readonly FileSystemHandle[],
): Choice {
  const sorted = sortedByPath(items, ({ entry }) => entry.path);
  return {
    items: sorted,
    unreadable,
    name: suggestedName(sorted.map(({ entry }) => entry)),
    roots,
  };
}

// Reads one entry after the other: thousands of requests at once would only fill the browser's queues.
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
    // Chromium returns a hundred at a time. Only an empty list marks the end.
    const batch = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) break;
    children.push(...batch);
  }
  return children;
}

// Read size and time now: only then does Chromium notice later that the file has changed.
function fileItem(file: File, path: string): ChosenItem {
  const { size, lastModified, type } = file;
  return { entry: { kind: 'file', path, size, modified: lastModified, mediaType: type }, file };
}

function folderItem(path: string): ChosenItem {
  return { entry: { kind: 'folder', path, size: 0, modified: null, mediaType: '' } };
}
