import type { Series } from './plot.ts';

/** The progress of a transfer. */
export interface Moment {
  /** Seconds since it began. */
  readonly seconds: number;
  /** Bytes that have arrived. */
  readonly bytes: number;
}

/** Megabytes per second, without the first `without` seconds, or without the first half of a short transfer. */
export function rateOf(moments: readonly Moment[], without = 0): number {
  const last = moments.at(-1)!;
  const from = Math.min(without, last.seconds / 2);
  const first = moments.findLast(({ seconds }) => seconds <= from)!;
  return (last.bytes - first.bytes) / 1e6 / (last.seconds - first.seconds);
}

/** Megabytes per second between two moments, for a plot. */
export function goodputOf(name: string, moments: readonly Moment[]): Series {
  const points = moments.slice(1).map(({ seconds, bytes }, at) => {
    const before = moments[at]!;
    return [seconds, (bytes - before.bytes) / 1e6 / (seconds - before.seconds)] as const;
  });
  return { name, points };
}
