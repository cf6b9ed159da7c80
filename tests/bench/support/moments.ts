import type { Series } from './plot.ts';

/** How far a transfer has come. */
export interface Moment {
  /** Seconds since it began. */
  readonly seconds: number;
  /** Bytes that have arrived. */
  readonly bytes: number;
}

/** Megabytes in a second, without so many seconds at the start; without its first half, if it is that short. */
export function rateOf(moments: readonly Moment[], without = 0): number {
  const last = moments.at(-1)!;
  const from = Math.min(without, last.seconds / 2);
  const first = moments.findLast(({ seconds }) => seconds <= from)!;
  return (last.bytes - first.bytes) / 1e6 / (last.seconds - first.seconds);
}

/** Megabytes in a second between each two moments, for a plot. */
export function goodputOf(name: string, moments: readonly Moment[]): Series {
  const points = moments.slice(1).map(({ seconds, bytes }, at) => {
    const before = moments[at]!;
    return [seconds, (bytes - before.bytes) / 1e6 / (seconds - before.seconds)] as const;
  });
  return { name, points };
}
