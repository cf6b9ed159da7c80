import { PlatformError } from '@burritoshare/peer/storage';

import { makeFile, onceReleased } from '../opfs-folder.ts';
import type { StoredFileName } from '../opfs-folder.ts';

/** A file in the origin's private file system that only this worker has open. */
export interface DiskFile {
  /** @throws PlatformError `disk.full` or `disk.failed` unless all bytes were written. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /**
   * Makes sure that everything written is on the disk.
   *
   * @throws PlatformError `disk.failed`, and never `disk.full`: after a failed flush it is unknown which bytes are on
   * the disk, and the next flush may wrongly succeed.
   */
  flush(): void;
  /** Bytes. @throws PlatformError */
  length(): number;
  /** Truncates or extends the file. @throws PlatformError `disk.full` or `disk.failed` */
  setLength(bytes: number): void;
  /** All its bytes. @throws PlatformError */
  read(): Uint8Array<ArrayBuffer>;
  /** Closes the file. Idempotent. */
  close(): void;
}

/**
 * Opens a file of a delivery, and makes it if it doesn't exist.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openDiskFile(id: string, name: StoredFileName): Promise<DiskFile> {
  const access = await openAccess(id, name);
  const length = (): number => storing(() => access.getSize());
  return {
    write(bytes, at) {
      const written = storing(() => access.write(bytes, { at }));
      requireAll(written, bytes.byteLength, 'wrote');
    },
    flush() {
      try {
        access.flush();
      } catch (error) {
        throw failureAs('disk.failed', error);
      }
    },
    length,
    setLength(bytes) {
      storing(() => access.truncate(bytes));
      // In Incognito, Chromium's file system lies in memory: setting too great a length "succeeds" and gives 0 (m).
      if (length() !== bytes)
        throw new PlatformError('disk.full', `got ${length()} of ${bytes} bytes`);
    },
    read() {
      const bytes = new Uint8Array(length());
      requireAll(
        storing(() => access.read(bytes, { at: 0 })),
        bytes.length,
        'read',
      );
      return bytes;
    },
    close: () => access.close(),
  };
}

async function openAccess(id: string, name: StoredFileName): Promise<FileSystemSyncAccessHandle> {
  try {
    const file = await makeFile(id, name);
    return await onceReleased(() => file.createSyncAccessHandle());
  } catch (error) {
    throw storageFailure(error);
  }
}

function requireAll(count: number, bytes: number, did: string): void {
  if (count !== bytes) throw new PlatformError('disk.failed', `${did} ${count} of ${bytes} bytes`);
}

function storing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageFailure(error);
  }
}

function storageFailure(error: unknown): PlatformError {
  const isFull = (error as Partial<Error>).name === 'QuotaExceededError';
  return failureAs(isFull ? 'disk.full' : 'disk.failed', error);
}

function failureAs(code: 'disk.full' | 'disk.failed', error: unknown): PlatformError {
  const { name, message } = error as Partial<Error>;
  return new PlatformError(code, `${name}: ${message}`, { cause: error });
}
