import type { Goodput } from '@burritoshare/core';

/** Milliseconds over which is measured: some round trips of most paths, and many messages of all but the slowest. */
const WINDOW = 500;

/** Measures what leaves one channel's queue. */
export interface GoodputMeter {
  /**
   * Takes a look. A figure if enough time has passed since the last one, or undefined.
   *
   * @param departed - bytes that have left the queue so far.
   * @param now - milliseconds.
   * @param queue - `dry` if it is empty now.
   */
  look(departed: number, now: number, queue: Goodput['queue']): Goodput | undefined;
}

export function createGoodputMeter(): GoodputMeter {
  let since: { readonly departed: number; readonly now: number } | undefined;
  let queue: Goodput['queue'] = 'filled';
  return {
    look(departed, now, seen) {
      if (seen === 'dry') queue = 'dry';
      since ??= { departed, now };
      const elapsed = now - since.now;
      if (elapsed < WINDOW) return undefined;
      const goodput = { bytesPerSecond: ((departed - since.departed) * 1000) / elapsed, queue };
      since = { departed, now };
      queue = 'filled';
      return goodput;
    },
  };
}
