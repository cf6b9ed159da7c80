import {
  transition,
  initialTransition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EmittedFrom,
  type EventFrom,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';
import { LocalProtocolError } from './errors.ts';

/**
 * An effect that one step of a machine asks of its host. Effects are in the order in which they were asked for.
 *
 * - `command`: one of the machine's emitted commands.
 * - `timer.start`: deliver `event` to the same machine after `delay` milliseconds, unless `timer.cancel`
 *   names the same `id` first. Starting an id again replaces the running timer.
 * - `work.start`: run the actor `src` with `input`; hand its end back with {@link workDone} or
 *   {@link workFailed}. `work.stop` means that the result is no longer wanted and must not be delivered.
 */
export type Effect<Command> =
  | { readonly kind: 'command'; readonly command: Command }
  | {
      readonly kind: 'timer.start';
      readonly id: string;
      readonly delay: number;
      readonly event: unknown;
    }
  | { readonly kind: 'timer.cancel'; readonly id: string }
  | {
      readonly kind: 'work.start';
      readonly id: string;
      readonly src: string;
      readonly input: unknown;
    }
  | { readonly kind: 'work.stop'; readonly id: string };

export type Step<M extends AnyStateMachine> = readonly [
  SnapshotFrom<M>,
  readonly Effect<EmittedFrom<M>>[],
];

/**
 * Advances a machine by one event, purely: same snapshot and event, same result, and nothing happens. Everything that
 * should happen is in the returned effects. A machine that has ended stays as it is.
 *
 * Machines ask by `emit`, `after`, delayed `raise`, `cancel`, `invoke`, `spawnChild` and `stopChild`. Children spawned
 * inside `assign` are not visible here, so machines don't use them.
 *
 * @throws LocalProtocolError `state` on any other action with an effect of its own.
 */
export function step<M extends AnyStateMachine>(
  machine: M,
  snapshot: SnapshotFrom<M>,
  event: EventFrom<M>,
): Step<M> {
  // A live actor takes no event after its end, but `transition` would still run the root's transitions.
  if ((snapshot as AnyMachineSnapshot).status !== 'active') return [snapshot, []];
  const [next, actions] = transition(machine, snapshot, event);
  return [next, effectsOf<EmittedFrom<M>>(actions)];
}

/** The first step: the initial snapshot and its effects. */
export function start<M extends AnyStateMachine>(machine: M, input: InputFrom<M>): Step<M> {
  const [snapshot, actions] = initialTransition(machine, input as never);
  return [snapshot, effectsOf<EmittedFrom<M>>(actions)];
}

/** The event that ends a `work.start` with a result. */
export function workDone<M extends AnyStateMachine>(
  _machine: M,
  id: string,
  output: unknown,
): EventFrom<M> {
  return { type: `xstate.done.actor.${id}`, actorId: id, output } as never;
}

/** The event that ends a `work.start` with an error. */
export function workFailed<M extends AnyStateMachine>(
  _machine: M,
  id: string,
  error: unknown,
): EventFrom<M> {
  return { type: `xstate.error.actor.${id}`, actorId: id, error } as never;
}

// XState's action objects, with the fields that matter here: `ExecutableActionsFrom` leaves out those of `emit`.
interface Action {
  readonly type: string;
  readonly params: unknown;
}

function effectsOf<Command>(actions: readonly Action[]): readonly Effect<Command>[] {
  return actions.flatMap((action) => {
    const effect = effectOf<Command>(action);
    return effect === undefined ? [] : [effect];
  });
}

function effectOf<Command>({ type, params }: Action): Effect<Command> | undefined {
  switch (type) {
    case 'xstate.emit':
      return { kind: 'command', command: (params as { event: Command }).event };
    case 'xstate.raise':
      return timerOf(params as Raise);
    case 'xstate.cancel':
      return { kind: 'timer.cancel', id: (params as { sendId: string }).sendId };
    case 'xstate.spawnChild': {
      // The actor's own id, since `id` beside it may still be a function of the context.
      const { actorRef, src, input } = params as {
        actorRef: { id: string };
        src: string;
        input: unknown;
      };
      return { kind: 'work.start', id: actorRef.id, src, input };
    }
    case 'xstate.stopChild': {
      const actorRef = params as { id: string } | undefined;
      return actorRef === undefined ? undefined : { kind: 'work.stop', id: actorRef.id };
    }
    default:
      throw new LocalProtocolError(
        'state',
        `a machine may not use the action ${type}: no host would carry it out`,
      );
  }
}

interface Raise {
  readonly event: { readonly type: string };
  readonly id?: string;
  readonly delay?: number;
}

// Without a delay, XState has handled the event within this step already.
function timerOf({ event, id, delay }: Raise): Effect<never> | undefined {
  return delay === undefined
    ? undefined
    : { kind: 'timer.start', id: id ?? event.type, delay, event };
}
