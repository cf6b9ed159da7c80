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
  /** Undefined if the platform has no picker. The method `folder` then fails. */
  readonly pickFolder?: PickFolder | undefined;
}

/**
 * Hands received files to the person: a single file as it is, several as a ZIP, or all of them as real files in a
 * folder that the person chooses.
 */
export function createSaver({ pickFolder }: SaverInput): Saver {
  // Load the ZIP's code now: when it is needed, the server may be gone.
  const zip = loadZip();
  zip.catch(() => {
    // `download` tries to load it again, and reports a failure.
  });
  return async (files, method, note) => {
    reportSaving({});
    if (method === 'folder') {
      if (pickFolder === undefined)
        throw new PlatformError('disk.failed', 'there is no folder picker');
      // Must come first: the picker opens only in the turn of the click.
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
 * The browser's folder picker, if it has one. Chromium refuses the downloads, documents and desktop folders themselves
 * but accepts the pictures folder. So the picker starts there, and later where the person was last.
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
    const { entry } = only;
    const { blob, start, end } = only.range;
    const type = downloadType(entry.kind === 'file' ? entry.mediaType : '');
    const name = baseName(entry.path);
    const to = downloadName(name);
    // Record it before the download begins: if the tab is killed right after, the next visit must not hand the file
    // over again by itself.
    await note();
    downloadBlob(blob.slice(start, end, type), to);
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
