import { expect } from 'vitest';
import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  EmittedFrom,
  EventFrom,
  InputFrom,
  SnapshotFrom,
} from 'xstate';

import { start, step, workDone, workFailed, type Effect } from '../../src/step.ts';

type Timer = Extract<Effect<never>, { kind: 'timer.start' }>;
type Work = Extract<Effect<never>, { kind: 'work.start' }>;

/**
 * A machine that is stepped by hand: timers elapse and works end when the test says so, in any order. After every step
 * it checks, by the effects alone, what a host may rely on: nothing is started twice without being stopped, nothing is
 * left after the end (I11), and the end absorbs everything.
 */
export class Stepper<M extends AnyStateMachine> {
  snapshot: SnapshotFrom<M>;
  readonly timers = new Map<string, Timer>();
  readonly works = new Map<string, Work>();
  /** All commands so far. */
  readonly commands: EmittedFrom<M>[] = [];
  readonly #machine: M;

  constructor(machine: M, input: InputFrom<M>, origin?: Stepper<M>) {
    this.#machine = machine;
    if (origin === undefined) {
      const [snapshot, effects] = start(machine, input);
      this.snapshot = snapshot;
      this.#carryOut(effects);
    } else {
      this.snapshot = origin.snapshot;
      this.timers = new Map(origin.timers);
      this.works = new Map(origin.works);
      this.commands = [...origin.commands];
    }
  }

  get context(): SnapshotFrom<M>['context'] {
    return (this.snapshot as AnyMachineSnapshot).context as SnapshotFrom<M>['context'];
  }

  get value(): unknown {
    return (this.snapshot as AnyMachineSnapshot).value;
  }

  get isOver(): boolean {
    return (this.snapshot as AnyMachineSnapshot).status !== 'active';
  }

  fork(input: InputFrom<M>): Stepper<M> {
    return new Stepper(this.#machine, input, this);
  }

  /** Sends an event and returns the resulting commands. */
  send(event: EventFrom<M>): readonly EmittedFrom<M>[] {
    const before = this.snapshot;
    const wasOver = this.isOver;
    const [next, effects] = step(this.#machine, before, event);
    this.snapshot = next;
    if (wasOver) expect([next === before, effects]).toEqual([true, []]);
    const asked = this.#carryOut(effects);
    expect((next as AnyMachineSnapshot).status, 'a machine never ends in an error').not.toBe(
      'error',
    );
    if (this.isOver) expect([...this.timers.keys(), ...this.works.keys()], 'I11').toEqual([]);
    return asked;
  }

  /** Sends an event, and checks that it has no effect. */
  sendInVain(event: EventFrom<M>): void {
    const { value, context } = this;
    const held = [...this.timers.values(), ...this.works.values()];
    expect(this.send(event)).toEqual([]);
    expect([this.value, this.context]).toEqual([value, context]);
    expect([...this.timers.values(), ...this.works.values()]).toEqual(held);
  }

  /** Lets a timer elapse: the one whose id contains `name`. */
  elapse(name: string): readonly EmittedFrom<M>[] {
    const timer = [...this.timers.values()].find(({ id }) => id.includes(name));
    if (timer === undefined)
      return expect.fail(`no timer ${name}: ${[...this.timers.keys()].join()}`);
    this.timers.delete(timer.id);
    return this.send(timer.event as EventFrom<M>);
  }

  /** Ends the current work. */
  finish(output: unknown): readonly EmittedFrom<M>[] {
    return this.send(workDone(this.#machine, this.#takeWork(), output));
  }

  fail(): readonly EmittedFrom<M>[] {
    return this.send(workFailed(this.#machine, this.#takeWork(), new Error('rejected')));
  }

  #takeWork(): string {
    const [id] = this.works.keys();
    if (id === undefined) return expect.fail('nothing is under way');
    this.works.delete(id);
    return id;
  }

  #carryOut(effects: readonly Effect<EmittedFrom<M>>[]): readonly EmittedFrom<M>[] {
    const asked: EmittedFrom<M>[] = [];
    for (const effect of effects) {
      if (effect.kind === 'command') asked.push(effect.command);
      else if (effect.kind === 'timer.cancel') this.timers.delete(effect.id);
      else if (effect.kind === 'work.stop') this.works.delete(effect.id);
      else {
        const running: Map<string, unknown> =
          effect.kind === 'timer.start' ? this.timers : this.works;
        expect(running.has(effect.id), `${effect.id} runs already`).toBe(false);
        running.set(effect.id, effect);
      }
    }
    this.commands.push(...asked);
    return asked;
  }
}

/** A way to go on from a stepper, where it is possible. */
export type Move<M extends AnyStateMachine> = (stepper: Stepper<M>) => void;

/**
 * Makes every move from every stepper that differs by `keyOf`, and returns the states that were seen. Running timers
 * are moves, too, but the walk ends where `movesOf` gives none.
 */
export function walk<M extends AnyStateMachine>(
  first: Stepper<M>,
  input: InputFrom<M>,
  movesOf: (stepper: Stepper<M>) => readonly Move<M>[],
  keyOf: (context: SnapshotFrom<M>['context']) => unknown,
): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const queue = [first];
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const key = JSON.stringify([one.value, keyOf(one.context), [...one.timers.keys()].toSorted()]);
    if (seen.has(key)) continue;
    seen.set(key, JSON.stringify(one.value));
    const timers = [...one.timers.keys()].map(
      (id): Move<M> =>
        (next) =>
          next.elapse(id),
    );
    const moves = movesOf(one);
    if (moves.length === 0) continue;
    for (const move of [...moves, ...timers]) {
      const next = one.fork(input);
      move(next);
      queue.push(next);
    }
  }
  return new Set(seen.values());
}
