import type { DeliveryState } from '@burritoshare/core';

import { percentOf } from '../ui/format.ts';
import { isOngoing, type Progress, type WaitingFor } from './view.ts';

/** How the line between the two ends is drawn. */
export type ConnectionLineForm = 'waiting' | 'connecting' | 'direct' | 'broken' | 'done';

/** The line between two ends as both of them see it. */
export interface ConnectionLineView {
  readonly form: ConnectionLineForm;
  /** What the line is, in words. */
  readonly words: string;
  /** Whether the other end is there; an end that isn't is drawn as an outline. */
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
  failed: { form: 'broken', words: 'failed', reached: true },
};

/**
 * Draws a delivery's line from its state alone.
 *
 * @param waitingFor what a receiver waits for while connecting; a person is waited for in dots, a
 *   connection under way in moving dashes. Undefined on the sender's side, where a row exists only once
 *   somebody is there.
 */
export function connectionLineOf(
  state: DeliveryState,
  waitingFor?: WaitingFor,
): ConnectionLineView {
  return state === 'connecting' && waitingFor === 'sender' ? WAITING : LINES[state];
}

/** The line before anybody has opened the link. */
export const NOBODY_YET: ConnectionLineView = WAITING;

/** How far along the line the bundle is drawn, 0 to 100; undefined where none is on its way. */
export function progressAlong(
  state: DeliveryState,
  { arrived, total }: Progress,
): number | undefined {
  if (!isOngoing(state)) return undefined;
  // Of an empty bundle everything is there from the start, and yet it has not been handed over.
  return total === 0 && state !== 'verifying' ? 0 : percentOf(arrived, total);
}
