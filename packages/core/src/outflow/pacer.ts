// How fast a sender hands bytes over, where its person caps that.
//
// An allowance grows with time and is spent by what the lanes' channels are given. It grows only for time that was
// asked for, and that is asked for only while something was given or had to wait: so a pause, a stall or a slow
// path earn nothing, and what nobody took is cut to a portion. Core has no clock: whoever is asked says how long it
// really was, since a hidden tab's timers come late.

import {
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
  PACER_ELAPSED_MAX,
  PACE_PORTION_TIME,
} from '../constants.ts';
import type { OutflowCommand, Pacer } from './types.ts';

type Capped = Exclude<Pacer, { readonly state: 'free' }>;

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

/** A pacer to begin with. Nothing may go out before time has passed: a new generation is no way around the cap. */
export function createPacer(bytesPerSecond: number | undefined): Pacer {
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

/** Another cap, or none; the same pacer if it is the same. The time that was asked for is asked for anew: a slow cap's wait must not outlast it. */
export function changePacer(pacer: Pacer, bytesPerSecond: number | undefined): Pacer {
  const next = createPacer(bytesPerSecond);
  if (next.state === 'free' || pacer.state === 'free')
    return next.state === pacer.state ? pacer : next;
  if (next.bytesPerSecond === pacer.bytesPerSecond) return pacer;
  return { ...next, allowance: Math.min(pacer.allowance, portionOf(next.bytesPerSecond)) };
}

/** Time has passed that was asked for. Nobody slept so long as a clock that was stopped says. */
export function growAllowance(pacer: Pacer, milliseconds: number): Pacer {
  if (pacer.state !== 'ticking') return pacer;
  const { bytesPerSecond, demand } = pacer;
  const kept = Math.min(pacer.allowance, portionOf(bytesPerSecond));
  const most = Math.max(PACER_ELAPSED_MAX, 2 * portionTime(pacer));
  const passed = milliseconds > 0 ? Math.min(milliseconds, most) : 0;
  const earned = demand === 'some' ? (bytesPerSecond * passed) / 1000 : 0;
  return { ...pacer, state: 'resting', allowance: kept + earned, demand: 'none' };
}

/** Chunks that may go out now, of a piece of which so many bytes are left. */
export function chunksAllowed(pacer: Pacer, left: number): number {
  if (pacer.state === 'free' || messageBytes(left) <= pacer.allowance) return Infinity;
  return Math.floor(pacer.allowance / LONGEST_MESSAGE);
}

/** So many bytes of a piece go out. */
export function spend(pacer: Pacer, bytes: number): Pacer {
  if (pacer.state === 'free') return pacer;
  return { ...pacer, allowance: pacer.allowance - messageBytes(bytes), demand: 'some' };
}

/** A lane could send, but for the cap. */
export function wait(pacer: Pacer): Pacer {
  return pacer.state === 'free' || pacer.demand === 'some' ? pacer : { ...pacer, demand: 'some' };
}

/** Asks for time if it is wanted: also to see that what a late clock gave too much of is not kept. */
export function askForTime(pacer: Pacer): readonly [Pacer, readonly OutflowCommand[]] {
  if (pacer.state !== 'resting') return [pacer, []];
  const isWanted = pacer.demand === 'some' || pacer.allowance > portionOf(pacer.bytesPerSecond);
  if (!isWanted) return [pacer, []];
  return [
    { ...pacer, state: 'ticking' },
    [{ type: 'allowance.await', milliseconds: portionTime(pacer) }],
  ];
}
