// Speed and time left, from looks at how many bytes have arrived. Bytes come in chunks, and each look is a little late,
// so a speed is only taken between looks that found something new.

/** The progress of a delivery at one moment. */
export interface Sample {
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  readonly bytes: number;
}

/** What is known of a delivery's speed. */
export interface Rate {
  /** The last sample. */
  readonly last: Sample;
  /** Samples that found more bytes than the one before, of the last {@link LONG_WINDOW}. */
  readonly arrivals: readonly Sample[];
  /** The speed to show, in bytes per second; undefined while it isn't known, or nothing comes. */
  readonly speed: number | undefined;
}

/**
 * Milliseconds over which a steady speed is averaged: 20 chunks at 16 KiB/s, of which two can be early or late.
 */
export const LONG_WINDOW = 20_000;

/** Milliseconds after which a change of speed is followed, and after which nothing counts as moving if nothing came. */
export const SHORT_WINDOW = 5_000;

/**
 * Milliseconds and arrivals of a first speed: at 1 Mbit/s, looks every 250 ms have it within a second, and a chunk more
 * or less is 17 % of it.
 */
const SPAN_LEAST = 750;
const ARRIVALS_LEAST = 3;

/** Changes of a speed that are not shown, as parts of it: digits that never rest can't be read. */
const SPEED_TOLERANCE = { down: 0.05, up: 0.05 };

/** Changes of the time left that are not shown: it may shrink sooner than grow, so that it doesn't go to and fro. */
const LEFT_TOLERANCE = { down: 0.1, up: 0.2 };

/** Adds a sample. If the bytes went back, since the delivery started over, so does the rate. */
export function recordSample(rate: Rate | undefined, sample: Sample): Rate {
  if (rate === undefined || sample.bytes < rate.last.bytes)
    return { last: sample, arrivals: [], speed: undefined };
  const start = sample.at - LONG_WINDOW;
  const recent = rate.arrivals.filter(({ at }) => at >= start);
  // The first sample of all is no arrival: when its bytes came isn't known.
  const arrivals = sample.bytes > rate.last.bytes ? [...recent, sample] : recent;
  const measured = measuredSpeed(arrivals, sample.at);
  // Less than a byte a second would be shown as none.
  const isKnown = measured !== undefined && measured >= 1;
  return {
    last: sample,
    arrivals,
    speed: isKnown ? steady(rate.speed, measured, SPEED_TOLERANCE) : undefined,
  };
}

/**
 * Seconds to the end at this speed; undefined while nothing moves.
 *
 * @param before - what was shown before, which stays as long as it is about right.
 */
export function secondsLeft(
  bytes: number,
  total: number,
  speed: number | undefined,
  before?: number,
): number | undefined {
  if (speed === undefined || speed <= 0) return undefined;
  return steady(before, Math.max(0, total - bytes) / speed, LEFT_TOLERANCE);
}

// The average over the long window, within what the short window allows, where one step of bytes may be missing or too
// many. So a steady speed is averaged over long, and a new one is known soon.
function measuredSpeed(arrivals: readonly Sample[], now: number): number | undefined {
  const first = arrivals[0];
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined || isStalled(arrivals, now)) return undefined;
  if (arrivals.length < ARRIVALS_LEAST || last.at - first.at < SPAN_LEAST) return undefined;
  const average = (last.bytes - first.bytes) / (last.at - first.at);

  const start = Math.max(
    0,
    arrivals.findLastIndex(({ at }) => at <= now - SHORT_WINDOW),
  );
  const bytes = last.bytes - (arrivals[start]?.bytes ?? 0);
  const time = Math.min(SHORT_WINDOW, now - first.at);
  const steps = stepsOf(arrivals.slice(Math.min(start, arrivals.length - 2)));
  const step = Math.max(...steps.map((one) => one.bytes));
  return 1000 * Math.min((bytes + step) / time, Math.max((bytes - step) / time, average));
}

/** Whether nothing has come for much longer than before. */
function isStalled(arrivals: readonly Sample[], now: number): boolean {
  const gaps = stepsOf(arrivals).map(({ time }) => time);
  return now - (arrivals.at(-1)?.at ?? now) >= Math.max(SHORT_WINDOW, 2 * Math.max(0, ...gaps));
}

function stepsOf(
  arrivals: readonly Sample[],
): readonly { readonly bytes: number; readonly time: number }[] {
  return arrivals.slice(1).map(({ at, bytes }, index) => ({
    bytes: bytes - (arrivals[index]?.bytes ?? 0),
    time: at - (arrivals[index]?.at ?? 0),
  }));
}

/** The value that was shown before, or the new one if it differs by more than the tolerance. */
function steady(
  before: number | undefined,
  now: number,
  { down, up }: { readonly down: number; readonly up: number },
): number {
  if (before === undefined) return now;
  return now < before * (1 - down) || now > before * (1 + up) ? now : before;
}
