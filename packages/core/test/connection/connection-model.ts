// The path to the other side as a small model.
import { expect } from 'vitest';

import { AUTHENTICATION_FAILURES_MAX } from '../../src/constants.ts';
import { ConnectionHost, isNegotiating, type ConnectionRole } from './connection-host.ts';

/** The state of a path to the other side. */
export interface Model {
  readonly isInitiator: boolean;
  doing:
    | 'waiting'
    | 'drawing'
    | 'handshaking'
    | 'backingOff'
    | 'awaitingPlace'
    | 'awaitingAnswer'
    | 'negotiating'
    | 'hearing'
    | 'stalled'
    | 'over';
  generation: number;
  isSenderOnline: boolean;
  hasSession: boolean;
  connected: 'never' | 'once';
  failures: number;
}

/** States that have been compared so far, as `role doing`. */
export const seen = new Set<string>();

export function compare(model: Model, real: ConnectionHost): void {
  const { stepper, live, listening, session } = real;
  const { value, isOver, context } = stepper;
  seen.add(`${real.role} ${model.doing}`);
  expect(isOver).toBe(model.doing === 'over');
  if (model.doing === 'negotiating') expect(isNegotiating(value)).toBe(true);
  else if (isConnected(model)) expect(listening).toBe(model.doing);
  else if (model.doing !== 'over') expect(value).toBe(model.doing);
  expect(live).toBe(isLive(model) ? model.generation : undefined);
  expect(context.generation).toBe(model.generation);
  expect(session !== undefined).toBe(model.hasSession);
}

export function isConnected({ doing }: Readonly<Model>): boolean {
  return doing === 'hearing' || doing === 'stalled';
}

// Whether it is between two attempts.
export function isBetween({ doing }: Readonly<Model>): boolean {
  return doing === 'backingOff' || doing === 'awaitingPlace';
}

export function isLive(model: Readonly<Model>): boolean {
  return model.doing === 'negotiating' || isConnected(model);
}

// A8: whether the sender's person is asked.
export function needsAnswer({ doing }: Readonly<Model>): boolean {
  return doing === 'awaitingAnswer';
}

// N3: whether it goes back to the start if its session ends.
export function needsSession(model: Readonly<Model>): boolean {
  return model.doing === 'negotiating' || needsAnswer(model);
}

export function drop(model: Model, doing: Model['doing']): void {
  model.doing =
    doing === 'waiting' && model.isInitiator && model.isSenderOnline ? 'drawing' : doing;
  model.hasSession = false;
}

export function retry(model: Model): void {
  if (isConnected(model)) model.failures = 0;
  drop(model, model.isInitiator ? 'backingOff' : 'waiting');
}

// G8: no path was found, which ends a first try, and only delays any other.
export function findNoWay(model: Model): void {
  const isFirst = model.connected === 'never' && (model.isInitiator || model.generation === 1);
  if (isFirst) drop(model, 'over');
  else retry(model);
}

export function refuse(model: Model): void {
  model.failures += 1;
  if (model.failures === AUTHENTICATION_FAILURES_MAX) drop(model, 'over');
  else retry(model);
}

/** The model of a new path; `earlier` is the highest generation of an earlier visit. */
export function modelOf(role: ConnectionRole, earlier: number): Model {
  return {
    isInitiator: role === 'initiator',
    doing: 'waiting',
    generation: earlier,
    isSenderOnline: false,
    hasSession: false,
    connected: earlier > 0 ? 'once' : 'never',
    failures: 0,
  };
}
