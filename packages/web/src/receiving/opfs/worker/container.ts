import { makeFile } from '../opfs-folder.ts';
import type { DiskFile } from './disk-file.ts';
import { openDiskFile } from './disk-file.ts';

/** The file of a bundle's bytes. */
export interface Container extends DiskFile {
  /** Whether it had its full length when it was opened. If not, none of its old bytes count. */
  readonly isKept: boolean;
}

/**
 * Opens the container of a delivery and gives it its final length, so that a lack of quota shows before the first byte.
 * A container of that length stays as it is.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openContainer(id: string, bytes: number): Promise<Container> {
  const file = await openDiskFile(id, 'data');
  try {
    return containerIn(file, bytes);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** {@link openContainer} with a file that is open. The caller closes it if this throws. */
export function containerIn(file: DiskFile, bytes: number): Container {
  const isKept = file.length() === bytes;
  if (!isKept) file.setLength(bytes);
  return { ...file, isKept };
}

/**
 * Bytes. In Chromium, no file in memory can be this long: it then reports a length of 0 (m). On a disk, a length alone
 * takes no room.
 */
const MORE_THAN_MEMORY = 2 ** 31;

/**
 * Whether the private file system lies in memory and is lost with the window. Tests it with a probe's container, and
 * leaves that empty.
 */
export async function isVolatile(id: string): Promise<boolean> {
  const access = await (await makeFile(id, 'data')).createSyncAccessHandle();
  try {
    access.truncate(MORE_THAN_MEMORY);
    return access.getSize() !== MORE_THAN_MEMORY;
  } catch {
    // Only a disk refuses such a length, for lack of room.
    return false;
  } finally {
    access.truncate(0);
    access.close();
  }
}
