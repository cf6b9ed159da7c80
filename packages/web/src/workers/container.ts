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
