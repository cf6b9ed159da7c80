import type { DeliveryState } from '@burritoshare/core';

import { percentOf } from '../ui/format.ts';
import { isOngoing, type Progress, type WaitingFor } from './view.ts';

/** How the line between the two ends is drawn: dotted, moving dashes, solid, knotted, with a gap, and at its end. */
export type ConnectionLineForm =
  'waiting' | 'connecting' | 'direct' | 'relayed' | 'broken' | 'done';

/** The line between the two ends, as it is drawn on both pages. */
export interface ConnectionLineView {
  readonly form: ConnectionLineForm;
  /** The line's state in words. */
  readonly words: string;
}

const WAITING: ConnectionLineView = { form: 'waiting', words: 'waiting' };

const LINES: Readonly<Record<DeliveryState, ConnectionLineView>> = {
  connecting: { form: 'connecting', words: 'connecting' },
  waiting: WAITING,
  offered: { form: 'direct', words: 'connected directly' },
  moving: { form: 'direct', words: 'moving directly' },
  paused: { form: 'direct', words: 'paused' },
  interrupted: { form: 'broken', words: 'interrupted' },
  verifying: { form: 'direct', words: 'comparing' },
  complete: { form: 'done', words: 'delivered' },
  cancelled: { form: 'broken', words: 'cancelled' },
  declined: { form: 'broken', words: 'not wanted' },
  failed: { form: 'broken', words: 'failed' },
};

/**
 * Draws a delivery's line from its state alone.
 *
 * @param waitingFor whom or what a receiver waits for while connecting. Waiting for a person is drawn with dots,
 * connecting with moving dashes. Undefined on the sender's side, where a row exists only once a receiver is there.
 */
export function connectionLineOf(
  state: DeliveryState,
  waitingFor?: WaitingFor,
): ConnectionLineView {
  return state === 'connecting' && waitingFor === 'sender' ? WAITING : LINES[state];
}

/** The line to whoever opens the link next. */
export const NOBODY_YET: ConnectionLineView = WAITING;

/** How far along the line the bundle is drawn, 0 to 100; undefined if none is drawn. */
export function progressAlong(
  state: DeliveryState,
  { arrived, total }: Progress,
): number | undefined {
  if (!isOngoing(state)) return undefined;
  // An empty bundle has all its bytes from the start, but stays at 0 until it is compared.
  return total === 0 && state !== 'verifying' ? 0 : percentOf(arrived, total);
}

/**
 * Where the middle of a broken line's gap is, 0 to 100: in the middle of the longer part, so that the bundle covers
 * none of it. What lies ahead of the bundle is preferred, since that is what is missing.
 */
export function gapAlong(percent = 0): number {
  return percent <= 60 ? (percent + 100) / 2 : percent / 2;
}
