import type { Goodput } from '@burritoshare/core';

type Rate = Omit<Goodput, 'roundTrip'>;

/** Milliseconds of one measurement: some round trips of most paths, and many messages on all but the slowest. */
const WINDOW = 500;

/** Measures what arrives of one channel. */
export interface GoodputMeter {
  /**
   * Returns a figure if enough time has passed since the last one, else undefined.
   *
   * @param arrived - bytes so far.
   * @param now - milliseconds.
   * @param queue - `dry` if nothing is in flight now.
   */
  look(arrived: number, now: number, queue: Goodput['queue']): Rate | undefined;
}

export function createGoodputMeter(): GoodputMeter {
  let since: { readonly arrived: number; readonly now: number } | undefined;
  let queue: Goodput['queue'] = 'filled';
  return {
    look(arrived, now, seen) {
      if (seen === 'dry') queue = 'dry';
      since ??= { arrived, now };
      const elapsed = now - since.now;
      if (elapsed < WINDOW) return undefined;
      const rate = { bytesPerSecond: ((arrived - since.arrived) * 1000) / elapsed, queue };
      since = { arrived, now };
      queue = 'filled';
      return rate;
    },
  };
}
