import { redact } from '@burritoshare/core';
import type { InspectionEvent } from 'xstate';

/** Which machine it is; a sender's machines for one delivery have its id. */
export interface InspectedActor {
  readonly id: string;
  readonly sessionId: string;
}

/** An inspection event of XState, in copies without secrets and keys. */
export interface InspectedEvent {
  readonly type: InspectionEvent['type'];
  readonly rootId: string;
  readonly actorRef: InspectedActor;
  /** The sender of the event, for `@xstate.event`. */
  readonly sourceRef?: InspectedActor;
  /** The event that the machine received. */
  readonly event?: { readonly type: string; readonly [field: string]: unknown };
  /** The machine's present state. */
  readonly snapshot?: {
    readonly status: string;
    readonly value?: unknown;
    readonly context?: unknown;
    readonly input?: unknown;
    readonly output?: unknown;
    readonly error?: unknown;
  };
  /** The action that the machine runs, for `@xstate.action`: its name, and the command if it emits one. */
  readonly action?: { readonly type: string; readonly command?: unknown };
}

/** Receives inspection events: a function, or an observer like XState's. */
export type Inspect =
  ((event: InspectedEvent) => void) | { readonly next?: (event: InspectedEvent) => void };

/** A runtime's field by which tests see everything, uncopied and complete. */
export const trace: unique symbol = Symbol('trace');

/** Copies an inspection event of XState, without secrets and keys. */
export function inspectedOf(told: InspectionEvent): InspectedEvent {
  const { type, rootId } = told;
  return {
    type,
    rootId,
    actorRef: actorOf(told.actorRef),
    ...('sourceRef' in told && told.sourceRef ? { sourceRef: actorOf(told.sourceRef) } : {}),
    ...('event' in told ? { event: redact(told.event) as { readonly type: string } } : {}),
    ...('snapshot' in told ? { snapshot: snapshotOf(told.snapshot) } : {}),
    ...('action' in told ? { action: actionOf(told.action) } : {}),
  };
}

function actorOf(actor: { readonly sessionId: string; readonly id?: string }): InspectedActor {
  return { id: actor.id ?? '', sessionId: actor.sessionId };
}

// Only these fields: the rest of a snapshot is the machine itself, and its live children.
function snapshotOf(snapshot: object): NonNullable<InspectedEvent['snapshot']> {
  const { status, value, context, input, output, error } = snapshot as {
    readonly [Name in 'status' | 'value' | 'context' | 'input' | 'output' | 'error']?: unknown;
  };
  return redact({ status, value, context, input, output, error }) as {
    readonly status: string;
  };
}

// Parameters are left out: `redact` knows secrets by their names, which parameters don't have.
function actionOf({ type, params }: { readonly type: string; readonly params: unknown }): {
  readonly type: string;
} {
  if (type !== 'xstate.emit') return { type };
  return { type, command: redact((params as { readonly event: unknown }).event) } as {
    readonly type: string;
  };
}
