/** Milliseconds over which is measured: some round trips of most paths, and many messages of all but the slowest. */
const WINDOW = 500;

/** Measures what leaves one channel's queue. */
export interface GoodputMeter {
  /**
   * Takes a look. Bytes a second if enough time has passed since the last figure, or undefined.
   *
   * @param departed - bytes that have left the queue so far.
   * @param now - milliseconds.
   * @param queue - whether the queue has run dry: the path may take more than it was given.
   */
  look(departed: number, now: number, queue: 'filled' | 'dry'): number | undefined;
}

/**
 * A queue that never ran dry shows what the path takes. One that did shows what it was given: the path takes as much
 * at least, so that the figure then never falls, and may double.
 */
export function createGoodputMeter(): GoodputMeter {
  let since: { readonly departed: number; readonly now: number } | undefined;
  let queue: 'filled' | 'dry' = 'filled';
  let last = 0;
  return {
    look(departed, now, seen) {
      if (seen === 'dry') queue = 'dry';
      since ??= { departed, now };
      const elapsed = now - since.now;
      if (elapsed < WINDOW) return undefined;
      const rate = ((departed - since.departed) * 1000) / elapsed;
      last = queue === 'dry' ? Math.max(last, 2 * rate) : rate;
      since = { departed, now };
      queue = 'filled';
      return last;
    },
  };
}
