import { redact } from '@burritoshare/core';
import type { InspectionEvent } from 'xstate';

/** Which machine it is; a sender's machines for one delivery have its id. */
export interface InspectedActor {
  readonly id: string;
  readonly sessionId: string;
}

/** What XState tells of a machine, in copies without secrets and keys. */
export interface InspectedEvent {
  readonly type: InspectionEvent['type'];
  readonly rootId: string;
  readonly actorRef: InspectedActor;
  /** Who sent it, of `@xstate.event`. */
  readonly sourceRef?: InspectedActor;
  /** What was heard. */
  readonly event?: { readonly type: string; readonly [field: string]: unknown };
  /** What the machine is now. */
  readonly snapshot?: {
    readonly status: string;
    readonly value?: unknown;
    readonly context?: unknown;
    readonly input?: unknown;
    readonly output?: unknown;
    readonly error?: unknown;
  };
  /** What it does, of `@xstate.action`: by name, and with the command if one is emitted. */
  readonly action?: { readonly type: string; readonly command?: unknown };
}

/** Who is told: a function, or an observer as XState has them. */
export type Inspect =
  ((event: InspectedEvent) => void) | { readonly next?: (event: InspectedEvent) => void };

/** The field of a runtime for tests that have to see everything as it is. */
export const trace: unique symbol = Symbol('trace');

/** What is told of an event of XState. */
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

// Only these: the rest of a snapshot is the machine itself, and its live children.
function snapshotOf(snapshot: object): NonNullable<InspectedEvent['snapshot']> {
  const { status, value, context, input, output, error } = snapshot as {
    readonly [Name in 'status' | 'value' | 'context' | 'input' | 'output' | 'error']?: unknown;
  };
  return redact({ status, value, context, input, output, error }) as {
    readonly status: string;
  };
}

// Parameters are values without the names by which secrets are known.
function actionOf({ type, params }: { readonly type: string; readonly params: unknown }): {
  readonly type: string;
} {
  if (type !== 'xstate.emit') return { type };
  return { type, command: redact((params as { readonly event: unknown }).event) } as {
    readonly type: string;
  };
}
