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

/** The parts of a machine that no step has reached, in the order of its definition. */
export interface Missed {
  /** State ids, as in `(machine).moving.flushing`. */
  readonly states: readonly string[];
  /** One line for each transition, as in `(machine).idle: socket.opened [isWanted] -> (machine).open`. */
  readonly transitions: readonly string[];
}

/** A machine that records which of its states and transitions have been reached. */
export interface Coverage<M extends AnyStateMachine> {
  /** A copy of the given machine, with the same behaviour: step this one. */
  readonly machine: M;
  /**
   * What no snapshot of {@link Coverage.machine} has reached so far. If the environment's `MACHINE_REPORTS` names a
   * folder, this is also written there as a file, for the summary of `npm test`.
   */
  missed(): Missed;
}

/**
 * Finds the states and transitions that a test has never reached. Guarded alternatives of one event count separately,
 * and so do `always`, `after`, `onDone` and `onError` transitions.
 *
 * Each of the copy's transitions and entries has one more action, which does nothing but record that XState resolved
 * it. So the count shows what XState really took, and the snapshots and effects of a step equal the original's.
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
  // One file for each coverage, since tests of one machine run in several processes at once.
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
  // Two anonymous guards may lead to one target, and are still two transitions.
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
