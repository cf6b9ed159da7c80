// How fast a sender hands bytes over, if its person caps the rate.
//
// An allowance grows with time, and handing bytes to the lanes' channels spends it. It grows only for time that the
// pacer asked for, and the pacer asks only while bytes were handed over or had to wait. So a pause, a stall or a slow
// path earns nothing, and an allowance that nobody used is cut to a portion. Core has no clock: the host reports how
// long the wait really was, since a hidden tab's timers come late.

import {
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
  PACER_ELAPSED_MAX,
  PACE_PORTION_TIME,
} from '../constants.ts';
import type { OutflowCommand, Pacer } from './types.ts';

type Capped = Exclude<Pacer, { readonly state: 'free' }>;

/** Bytes on a lane for that many bytes of a piece, from the start of a chunk. */
function messageBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / CHUNK_BYTES) * FRAME_HEADER_BYTES;
}

const LONGEST_MESSAGE = messageBytes(CHUNK_BYTES);

/**
 * Bytes a second, at least 1; undefined for no cap. An invalid rate becomes the lowest one, so that the mistake shows.
 */
export function capOf(bytesPerSecond: number | undefined): number | undefined {
  if (bytesPerSecond === undefined || bytesPerSecond === Infinity) return undefined;
  return bytesPerSecond > 1 ? bytesPerSecond : 1;
}

/** Bytes a second that each of a sender's deliveries may send, so that together they keep to its cap. */
export function rateAllowance(cap: number | undefined, deliveries: number): number | undefined {
  return cap === undefined ? undefined : cap / Math.max(1, deliveries);
}

/** The initial pacer. Nothing may be sent before time has passed, so that a new generation is no way around the cap. */
export function createPacer(bytesPerSecond: number | undefined): Pacer {
  const cap = capOf(bytesPerSecond);
  if (cap === undefined) return { state: 'free' };
  return { state: 'resting', bytesPerSecond: cap, allowance: 0, demand: 'none' };
}

/**
 * Bytes that a capped sender hands over at a time: what accumulates in {@link PACE_PORTION_TIME}, and at least a chunk.
 */
export function portionOf(bytesPerSecond: number): number {
  return Math.max(LONGEST_MESSAGE, (bytesPerSecond * PACE_PORTION_TIME) / 1000);
}

/** Milliseconds in which a portion accumulates. */
function portionTime({ bytesPerSecond }: Capped): number {
  return Math.ceil((portionOf(bytesPerSecond) * 1000) / bytesPerSecond);
}

/**
 * Changes or removes the cap; returns the same pacer if the cap is the same. It asks for time anew, so that the wait of
 * a slow cap doesn't outlast that cap.
 */
export function changePacer(pacer: Pacer, bytesPerSecond: number | undefined): Pacer {
  const next = createPacer(bytesPerSecond);
  if (next.state === 'free' || pacer.state === 'free')
    return next.state === pacer.state ? pacer : next;
  if (next.bytesPerSecond === pacer.bytesPerSecond) return pacer;
  return { ...next, allowance: Math.min(pacer.allowance, portionOf(next.bytesPerSecond)) };
}

/** The time that was asked for has passed. Its length is bounded, since a clock that was stopped reports too much. */
export function growAllowance(pacer: Pacer, milliseconds: number): Pacer {
  if (pacer.state !== 'ticking') return pacer;
  const { bytesPerSecond, demand } = pacer;
  const kept = Math.min(pacer.allowance, portionOf(bytesPerSecond));
  const most = Math.max(PACER_ELAPSED_MAX, 2 * portionTime(pacer));
  const passed = milliseconds > 0 ? Math.min(milliseconds, most) : 0;
  const earned = demand === 'some' ? (bytesPerSecond * passed) / 1000 : 0;
  return { ...pacer, state: 'resting', allowance: kept + earned, demand: 'none' };
}

/** Chunks that may be sent now, of a piece that has `left` bytes left. */
export function chunksAllowed(pacer: Pacer, left: number): number {
  if (pacer.state === 'free' || messageBytes(left) <= pacer.allowance) return Infinity;
  return Math.floor(pacer.allowance / LONGEST_MESSAGE);
}

/** That many bytes of a piece are sent. */
export function spend(pacer: Pacer, bytes: number): Pacer {
  if (pacer.state === 'free') return pacer;
  return { ...pacer, allowance: pacer.allowance - messageBytes(bytes), demand: 'some' };
}

/** A lane could send if the cap allowed it. */
export function wait(pacer: Pacer): Pacer {
  return pacer.state === 'free' || pacer.demand === 'some' ? pacer : { ...pacer, demand: 'some' };
}

/** Asks for time if there is demand, and also to cut an allowance that a late clock made too large. */
export function askForTime(pacer: Pacer): readonly [Pacer, readonly OutflowCommand[]] {
  if (pacer.state !== 'resting') return [pacer, []];
  const isWanted = pacer.demand === 'some' || pacer.allowance > portionOf(pacer.bytesPerSecond);
  if (!isWanted) return [pacer, []];
  return [
    { ...pacer, state: 'ticking' },
    [{ type: 'allowance.await', milliseconds: portionTime(pacer) }],
  ];
}
