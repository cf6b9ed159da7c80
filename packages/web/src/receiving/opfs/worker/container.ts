import { makeFile } from '../opfs-folder.ts';
import type { DiskFile } from './disk-file.ts';
import { openDiskFile } from './disk-file.ts';

/** The file of a bundle's bytes. */
export interface Container extends DiskFile {
  /** Whether it had its length already when it was opened: else nothing that was in it counts. */
  readonly isKept: boolean;
}

/**
 * Opens the container of a delivery and makes it as long as it will become, so that a lack of quota shows
 * before the first byte. One that has its length already stays as it is.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openContainer(id: string, bytes: number): Promise<Container> {
  const file = await openDiskFile(id, 'data');
  try {
    const isKept = file.length() === bytes;
    if (!isKept) file.setLength(bytes);
    return { ...file, isKept };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Bytes that no file in memory can be long, in Chromium: it says then that it has none (m). A file on a disk takes no
 * room for a length alone.
 */
const MORE_THAN_MEMORY = 2 ** 31;

/** Whether the private file system lies in memory and goes with the window, told by the container of a probe. */
export async function isVolatile(id: string): Promise<boolean> {
  const access = await (await makeFile(id, 'data')).createSyncAccessHandle();
  try {
    access.truncate(MORE_THAN_MEMORY);
    return access.getSize() !== MORE_THAN_MEMORY;
  } catch {
    // A disk that has no room for so much is a disk.
    return false;
  } finally {
    access.close();
  }
}
