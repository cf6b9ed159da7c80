/** How far a delivery was at a moment. */
export interface Sample {
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  readonly bytes: number;
}

/** Milliseconds that a speed is averaged over: long enough not to jump, short enough to notice a change. */
export const RATE_WINDOW = 5_000;

/**
 * Milliseconds below which a speed would be a guess: a sender hears of what has arrived in steps of 64 KiB, which is
 * half a second at 1 Mbit/s.
 */
const RATE_LEAST = 3_000;

/**
 * Adds a sample and drops those that have left the window, but for the newest of them: it marks the
 * window's start. Bytes that went back (a delivery that had to start over) start the window anew.
 */
export function recordSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.bytes < last.bytes) return [sample];
  const start = samples.findLastIndex(({ at }) => at <= sample.at - RATE_WINDOW);
  return [...samples.slice(Math.max(0, start)), sample];
}

/** Bytes per second over the window; undefined until there is something to measure, and while nothing comes. */
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
