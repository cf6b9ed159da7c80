/** The progress of a delivery at one moment. */
export interface Sample {
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  readonly bytes: number;
}

/** Milliseconds over which speed is averaged: long enough not to jump, short enough to show a change. */
export const RATE_WINDOW = 5_000;

/**
 * Milliseconds of samples that a speed needs at least. The sender learns of progress in steps of 64 KiB, which take
 * half a second at 1 Mbit/s.
 */
const RATE_LEAST = 3_000;

/**
 * Adds a sample and drops those older than the window, except the newest of them, which marks the window's start. If
 * the bytes went back, since the delivery started over, the window starts over too.
 */
export function recordSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.bytes < last.bytes) return [sample];
  const start = samples.findLastIndex(({ at }) => at <= sample.at - RATE_WINDOW);
  return [...samples.slice(Math.max(0, start)), sample];
}

/** Bytes per second over the window; undefined while there are too few samples or nothing arrives. */
export function speedOf(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < RATE_LEAST)
    return undefined;
  if (last.bytes === first.bytes) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
}

/** Seconds to the end at this speed; undefined while nothing moves. */
export function secondsLeft(
  bytes: number,
  total: number,
  speed: number | undefined,
): number | undefined {
  return speed === undefined || speed <= 0 ? undefined : Math.max(0, total - bytes) / speed;
}
