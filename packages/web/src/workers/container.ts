import { PlatformError } from '@burritoshare/peer/storage';

import { openContainer } from '../sinks/private-folder.ts';

/** One file in the origin's private file system, open for writing at any place. */
export interface Container {
  /** @throws PlatformError `disk.full` or `disk.failed` unless all of the bytes were taken. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /** Everything written is on the disk afterwards. @throws PlatformError */
  flush(): void;
  /** Lets go of the file. Idempotent. */
  close(): void;
}

/**
 * Opens the container of a delivery and makes it as long as it will become, so that a lack of quota shows
 * before the first byte.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function createContainer(delivery: string, bytes: number): Promise<Container> {
  const access = await open(delivery);
  try {
    setLength(access, bytes);
  } catch (error) {
    access.close();
    throw error;
  }
  return {
    write(part, at) {
      const written = storing(() => access.write(part, { at }));
      if (written !== part.byteLength) {
        throw new PlatformError('disk.failed', `wrote ${written} of ${part.byteLength} bytes`);
      }
    },
    flush: () => storing(() => access.flush()),
    close: () => access.close(),
  };
}

async function open(delivery: string): Promise<FileSystemSyncAccessHandle> {
  try {
    return await (await openContainer(delivery)).createSyncAccessHandle();
  } catch (error) {
    throw storageFailure(error);
  }
}

function setLength(access: FileSystemSyncAccessHandle, bytes: number): void {
  storing(() => access.truncate(bytes));
  const length = storing(() => access.getSize());
  // Chromium's Incognito file system lies in memory: a length that is too much for it "succeeds" with 0 (m).
  if (length !== bytes) throw new PlatformError('disk.full', `got ${length} of ${bytes} bytes`);
}

function storing<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw storageFailure(error);
  }
}

function storageFailure(error: unknown): PlatformError {
  const { name, message } = error as Partial<Error>;
  const code = name === 'QuotaExceededError' ? 'disk.full' : 'disk.failed';
  return new PlatformError(code, `${name}: ${message}`, { cause: error });
}
