import { PlatformError } from '@burritoshare/peer/storage';

/** Turns an error of the sink's worker or of the file system into one that a sink may throw. */
export function diskFailure(error: unknown): unknown {
  if (error instanceof PlatformError) return error;
  // A worker that was ended on purpose is no failure of the disk.
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
