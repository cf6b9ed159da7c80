import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  enqueueActions,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
} from 'xstate';

/** What a machine has that no step has reached, in the order of its definition. */
export interface Missed {
  /** State ids, as in `(machine).moving.flushing`. */
  readonly states: readonly string[];
  /** One line a transition, as in `(machine).idle: socket.opened [isWanted] -> (machine).open`. */
  readonly transitions: readonly string[];
}

/** A machine that remembers which of its states and transitions have been reached. */
export interface Coverage<M extends AnyStateMachine> {
  /** A copy of the machine that was given, behaving as it does: step this one. */
  readonly machine: M;
  /**
   * What has not been reached so far, by any snapshot of {@link Coverage.machine}. Where the environment's
   * `MACHINE_REPORTS` names a folder, the same is left there as a file, for the summary of `npm test`.
   */
  missed(): Missed;
}

/**
 * Tells which states and transitions a test has never reached. Guarded alternatives of one event count
 * apart, and so do `always`, `after`, `onDone` and `onError` transitions.
 *
 * The copy's transitions and entries carry one more action each, which resolves to nothing and notes
 * that it was resolved: so what is counted is what XState really took, and neither the snapshots nor
 * the effects of a step differ from the original's.
 *
 * @example
 * ```ts
 * const coverage = createCoverage(roomMachine);
 * fc.assert(fc.property(fc.array(anyEvent), (events) => {
 *   let [snapshot] = start(coverage.machine, input);
 *   for (const event of events) [snapshot] = step(coverage.machine, snapshot, event);
 * }));
 * expect(coverage.missed()).toEqual({ states: [], transitions: [] });
 * ```
 */
export function createCoverage<M extends AnyStateMachine>(machine: M): Coverage<M> {
  const copy = machine.provide({}) as M;
  const states = new Map<string, boolean>();
  const transitions = new Map<string, boolean>();
  for (const node of nodesOf(copy.root)) {
    node.entry = [marker(states, node.id), ...node.entry];
    for (const transition of transitionsOf(node)) {
      transition.actions = [
        marker(transitions, labelOf(transition, transitions)),
        ...transition.actions,
      ];
    }
  }
  // Of each coverage a file of its own: tests of one machine run in several processes at once.
  const file = `${copy.id}-${randomUUID()}.json`;
  return {
    machine: copy,
    missed: () => {
      publish(file, {
        machine: copy.id,
        states: Object.fromEntries(states),
        transitions: Object.fromEntries(transitions),
      });
      return { states: unmarked(states), transitions: unmarked(transitions) };
    },
  };
}

function publish(file: string, report: object): void {
  const folder = process.env['MACHINE_REPORTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(report, undefined, 2));
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function transitionsOf(node: AnyStateNode): readonly AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function labelOf(transition: AnyTransitionDefinition, taken: ReadonlyMap<string, boolean>): string {
  const guard = guardOf(transition.guard);
  const targets = transition.target?.map((node) => node.id).join(', ') ?? '(stays)';
  const event = transition.eventType === '' ? 'always' : transition.eventType;
  const label = `${transition.source.id}: ${event}${guard === '' ? '' : ` [${guard}]`} -> ${targets}`;
  // Two anonymous guards may lead to one target; they still are two transitions.
  let unique = label;
  for (let count = 2; taken.has(unique); count++) unique = `${label} (${count})`;
  return unique;
}

function guardOf(guard: unknown): string {
  if (guard === undefined) return '';
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') return guard.name === '' ? 'anonymous' : guard.name;
  return String((guard as { readonly type: unknown }).type);
}

function marker(
  marks: Map<string, boolean>,
  key: string,
): AnyTransitionDefinition['actions'][number] {
  marks.set(key, false);
  return enqueueActions(() => void marks.set(key, true));
}

function unmarked(marks: ReadonlyMap<string, boolean>): readonly string[] {
  return [...marks].filter(([, reached]) => !reached).map(([key]) => key);
}
