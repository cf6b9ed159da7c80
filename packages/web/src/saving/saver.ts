import type { ReceivedFiles, Saver } from '@burritoshare/peer/storage';
import { PlatformError } from '@burritoshare/peer/storage';

import { downloadBlob } from './blob-download.ts';
import { baseName, downloadType } from './file-names.ts';
import { saveToFolder } from './folder.ts';
import { receivedEntries } from './received.ts';

declare global {
  interface Window {
    /** Chromium's folder picker (WICG File System Access), which TypeScript's DOM library doesn't know. */
    readonly showDirectoryPicker?: (options: {
      readonly id?: string;
      readonly mode?: 'read' | 'readwrite';
      readonly startIn?: 'desktop' | 'documents' | 'downloads';
    }) => Promise<FileSystemDirectoryHandle>;
  }
}

/** Lets the person choose a folder; rejects with an `AbortError` when they choose none. */
export type PickFolder = () => Promise<FileSystemDirectoryHandle>;

export interface SaverInput {
  /** Undefined where the platform has no picker: `folder` is refused there. */
  readonly pickFolder?: PickFolder | undefined;
}

/**
 * Hands received files to the person: a single file as it is, several as a ZIP, or all of them as real
 * files and folders in a folder that they choose.
 */
export function createSaver({ pickFolder }: SaverInput): Saver {
  // Nobody waits for the ZIP's code before there is something to save; by then the server may be gone.
  const zip = loadZip();
  zip.catch(() => {
    // It is asked for once more when it is needed, and fails there.
  });
  return async (files, method) => {
    if (method === 'folder') {
      if (pickFolder === undefined)
        throw new PlatformError('disk.failed', 'there is no folder picker');
      // First of all: the picker opens only in the turn of the click.
      const root = await pickFolder();
      await saveToFolder(receivedEntries(files), root);
      return 'observed';
    }
    await download(files, () => zip.catch(loadZip));
    return 'started';
  };
}

/** The browser's folder picker, where it has one. */
export function folderPicker(): PickFolder | undefined {
  const { showDirectoryPicker } = window;
  if (showDirectoryPicker === undefined) return undefined;
  return () => showDirectoryPicker({ id: 'burritoshare', mode: 'readwrite', startIn: 'downloads' });
}

type ZipDownload = typeof import('./zip-download.ts');

function loadZip(): Promise<ZipDownload> {
  return import('./zip-download.ts');
}

async function download(files: ReceivedFiles, zip: () => Promise<ZipDownload>): Promise<void> {
  const entries = receivedEntries(files);
  const [only] = entries;
  if (entries.length === 1 && only?.kind === 'file') {
    const { path, mediaType } = only.entry;
    const { blob, start, end } = only.range;
    downloadBlob(blob.slice(start, end, downloadType(mediaType)), baseName(path));
    return;
  }
  const { downloadZip } = await zip();
  await downloadZip(entries, `${files.manifest.name}.zip`);
}
