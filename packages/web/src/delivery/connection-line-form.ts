import type { DeliveryState } from '@burritoshare/core';

import { percentOf } from '../ui/format.ts';
import { isOngoing, type Progress, type WaitingFor } from './view.ts';

/** How the line between the two ends is drawn. */
export type ConnectionLineForm = 'waiting' | 'connecting' | 'direct' | 'broken' | 'done';

/** The line between the two ends, as it is drawn on both pages. */
export interface ConnectionLineView {
  readonly form: ConnectionLineForm;
  /** The line's state in words. */
  readonly words: string;
  /** Whether the other end is there. If not, it is drawn as an outline. */
  readonly reached: boolean;
}

const WAITING: ConnectionLineView = { form: 'waiting', words: 'waiting', reached: false };

const LINES: Readonly<Record<DeliveryState, ConnectionLineView>> = {
  connecting: { form: 'connecting', words: 'connecting', reached: false },
  waiting: WAITING,
  offered: { form: 'direct', words: 'connected directly', reached: true },
  moving: { form: 'direct', words: 'moving directly', reached: true },
  paused: { form: 'direct', words: 'paused', reached: true },
  interrupted: { form: 'broken', words: 'interrupted', reached: false },
  verifying: { form: 'direct', words: 'comparing', reached: true },
  complete: { form: 'done', words: 'delivered', reached: true },
  cancelled: { form: 'broken', words: 'cancelled', reached: true },
  declined: { form: 'broken', words: 'not wanted', reached: true },
  failed: { form: 'broken', words: 'failed', reached: true },
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

/** The line before anybody has opened the link. */
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
