// How fast a sender hands bytes over, where its person caps that.
//
// An allowance grows with time and is spent by what the lanes' channels are given. It grows only for time that was
// asked for, and that is asked for only while something was given or had to wait: so a pause, a stall or a slow
// path earn nothing, and what nobody took is cut to a portion. Core has no clock: whoever is asked says how long it
// really was, since a hidden tab's timers come late.

import {
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
  PACE_ELAPSED_MAX,
  PACE_PORTION_TIME,
} from '../constants.ts';
import type { OutflowCommand, Pace } from './types.ts';

type Capped = Exclude<Pace, { readonly state: 'free' }>;

/** Bytes on a lane of so many bytes of a piece, from the start of a chunk. */
function messageBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / CHUNK_BYTES) * FRAME_HEADER_BYTES;
}

const LONGEST_MESSAGE = messageBytes(CHUNK_BYTES);

/** Bytes a second, at least 1; undefined for no cap. What is no rate at all is the lowest one: that is seen. */
export function capOf(bytesPerSecond: number | undefined): number | undefined {
  if (bytesPerSecond === undefined || bytesPerSecond === Infinity) return undefined;
  return bytesPerSecond > 1 ? bytesPerSecond : 1;
}

/** Bytes a second that each of so many deliveries of one sender may send, so that together they keep to its cap. */
export function rateAllowance(cap: number | undefined, deliveries: number): number | undefined {
  return cap === undefined ? undefined : cap / Math.max(1, deliveries);
}

/** A pace to start with. Nothing may go out before time has passed: a new generation is no way around the cap. */
export function paceOf(bytesPerSecond: number | undefined): Pace {
  const cap = capOf(bytesPerSecond);
  if (cap === undefined) return { state: 'free' };
  return { state: 'resting', bytesPerSecond: cap, allowance: 0, demand: 'none' };
}

/** Bytes that a capped sender hands over at a time: what comes together in {@link PACE_PORTION_TIME}, and a chunk at least. */
export function portionOf(bytesPerSecond: number): number {
  return Math.max(LONGEST_MESSAGE, (bytesPerSecond * PACE_PORTION_TIME) / 1000);
}

/** Milliseconds in which a portion comes together. */
function portionTime({ bytesPerSecond }: Capped): number {
  return Math.ceil((portionOf(bytesPerSecond) * 1000) / bytesPerSecond);
}

/** Another cap, or none; the same pace if it is the same. The time that was asked for is asked for anew: a slow cap's wait must not outlast it. */
export function changePace(pace: Pace, bytesPerSecond: number | undefined): Pace {
  const next = paceOf(bytesPerSecond);
  if (next.state === 'free' || pace.state === 'free')
    return next.state === pace.state ? pace : next;
  if (next.bytesPerSecond === pace.bytesPerSecond) return pace;
  return { ...next, allowance: Math.min(pace.allowance, portionOf(next.bytesPerSecond)) };
}

/** Time has passed that was asked for. Nobody slept so long as a clock that was stopped says. */
export function growAllowance(pace: Pace, milliseconds: number): Pace {
  if (pace.state !== 'ticking') return pace;
  const { bytesPerSecond, demand } = pace;
  const kept = Math.min(pace.allowance, portionOf(bytesPerSecond));
  const most = Math.max(PACE_ELAPSED_MAX, 2 * portionTime(pace));
  const passed = milliseconds > 0 ? Math.min(milliseconds, most) : 0;
  const earned = demand === 'some' ? (bytesPerSecond * passed) / 1000 : 0;
  return { ...pace, state: 'resting', allowance: kept + earned, demand: 'none' };
}

/** Chunks that may go out now, of a piece of which so many bytes are left. */
export function chunksAllowed(pace: Pace, left: number): number {
  if (pace.state === 'free' || messageBytes(left) <= pace.allowance) return Infinity;
  return Math.floor(pace.allowance / LONGEST_MESSAGE);
}

/** So many bytes of a piece go out. */
export function spend(pace: Pace, bytes: number): Pace {
  if (pace.state === 'free') return pace;
  return { ...pace, allowance: pace.allowance - messageBytes(bytes), demand: 'some' };
}

/** A lane could send, but for the cap. */
export function wait(pace: Pace): Pace {
  return pace.state === 'free' || pace.demand === 'some' ? pace : { ...pace, demand: 'some' };
}

/** Asks for time if it is wanted: also to see that what a late clock gave too much of is not kept. */
export function askForTime(pace: Pace): readonly [Pace, readonly OutflowCommand[]] {
  if (pace.state !== 'resting') return [pace, []];
  const isWanted = pace.demand === 'some' || pace.allowance > portionOf(pace.bytesPerSecond);
  if (!isWanted) return [pace, []];
  return [
    { ...pace, state: 'ticking' },
    [{ type: 'allowance.await', milliseconds: portionTime(pace) }],
  ];
}
