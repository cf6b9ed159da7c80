import type { PieceSink } from '../storage/ports.ts';

/** A sink that is still being opened. What it is given waits for that, and is refused if it can't be opened. */
export interface OpeningSink extends PieceSink {
  readonly opened: Promise<PieceSink>;
}

/** Bytes may come before the disk is ready; credit bounds how many. */
export function openingSink(opened: Promise<PieceSink>): OpeningSink {
  return {
    opened,
    store: async (parcel, bytes) => (await opened).store(parcel, bytes),
    storeAgain: async (parcel) => (await opened).storeAgain(parcel),
    forget: async (ranges) => (await opened).forget(ranges),
    digest: async (failedFiles) => (await opened).digest(failedFiles),
  };
}
