import { PlatformError } from '@burritoshare/peer/storage';

/** What a sink says of an error of its worker or of the file system. */
export function diskFailure(error: unknown): unknown {
  if (error instanceof PlatformError) return error;
  // A worker that was ended on purpose is not a disk that failed.
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  return new PlatformError('disk.failed', String(error), { cause: error });
}

export async function orDiskFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFailure(error);
  }
}
