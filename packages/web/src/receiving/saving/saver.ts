import type { ReceivedFiles, Saver } from '@burritoshare/peer/storage';
import { PlatformError } from '@burritoshare/peer/storage';

import { downloadName } from '../../delivery/allowed-names.ts';
import { downloadBlob } from './blob-download.ts';
import { baseName, downloadType } from './file-names.ts';
import { saveToFolder } from './folder.ts';
import { receivedEntries } from './received.ts';
import { reportSaving } from './report.ts';

declare global {
  interface Window {
    /** Chromium's folder picker (WICG File System Access), which TypeScript's DOM library doesn't know. */
    readonly showDirectoryPicker?: (options: {
      readonly id?: string;
      readonly mode?: 'read' | 'readwrite';
      readonly startIn?: 'desktop' | 'documents' | 'downloads' | 'pictures';
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
  return async (files, method, note) => {
    reportSaving({});
    if (method === 'folder') {
      if (pickFolder === undefined)
        throw new PlatformError('disk.failed', 'there is no folder picker');
      // First of all: the picker opens only in the turn of the click.
      const root = await pickFolder().catch((error: unknown) => {
        reportSaving({ isWithoutFolder: true });
        throw error;
      });
      reportSaving({ renamed: await saveToFolder(receivedEntries(files), root) });
      return 'observed';
    }
    await download(files, () => zip.catch(loadZip), note);
    return 'started';
  };
}

/**
 * The browser's folder picker, where it has one. Chromium refuses the downloads, the documents and the desktop
 * themselves, and takes the pictures: so the picker begins there, and later where the person was last.
 */
export function folderPicker(): PickFolder | undefined {
  const { showDirectoryPicker } = window;
  if (showDirectoryPicker === undefined) return undefined;
  return () => showDirectoryPicker({ id: 'burritoshare', mode: 'readwrite', startIn: 'pictures' });
}

type ZipDownload = typeof import('./zip-download.ts');

function loadZip(): Promise<ZipDownload> {
  return import('./zip-download.ts');
}

async function download(
  files: ReceivedFiles,
  zip: () => Promise<ZipDownload>,
  note: () => Promise<void> = async () => undefined,
): Promise<void> {
  const entries = receivedEntries(files);
  const [only] = entries;
  if (entries.length === 1 && only?.kind === 'file') {
    const { path, mediaType } = only.entry;
    const { blob, start, end } = only.range;
    const name = baseName(path);
    const to = downloadName(name);
    // Before it begins: a tab that is killed right after must not hand it over again by itself.
    await note();
    downloadBlob(blob.slice(start, end, downloadType(mediaType)), to);
    reportName(name, to);
    return;
  }
  const { downloadZip } = await zip();
  const name = `${files.manifest.name}.zip`;
  const to = downloadName(name);
  await downloadZip(entries, to);
  reportName(name, to);
  await note();
}

function reportName(from: string, to: string): void {
  if (to !== from) reportSaving({ renamed: [{ from, to }] });
}
