import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  EmittedFrom,
  EventFrom,
  InputFrom,
  SnapshotFrom,
} from 'xstate';
import { start, step, workDone, workFailed, type Effect } from '../step.ts';
import type { TimerId, VirtualClock } from './virtual-clock.ts';

/** Work that a machine wants done, with the two ways to end it. */
export interface Work {
  readonly id: string;
  /** The name under which the machine's `setup` declares the actor. */
  readonly src: string;
  readonly input: unknown;
  /** Ends the work with a result. No effect once it has ended or is no longer wanted. */
  done(output: unknown): void;
  /** Ends the work with an error. No effect once it has ended or is no longer wanted. */
  failed(error: unknown): void;
}

/** The host of a {@link Driver}. */
export interface DriverHost<M extends AnyStateMachine> {
  readonly clock: VirtualClock;
  onCommand(command: EmittedFrom<M>): void;
  /** Needed by machines that invoke actors. */
  onWork?(work: Work): void;
}

/** A machine that runs on a virtual clock, by pure steps only. */
export interface Driver<M extends AnyStateMachine> {
  readonly snapshot: SnapshotFrom<M>;
  /** Carries out the initial state's effects, then handles events that were sent before. */
  start(): void;
  /** Sends an event. If called from within a command, it waits for its turn. No effect after the end. */
  send(event: EventFrom<M>): void;
  /** Timers and work that the machine has started and neither finished nor given up. */
  readonly held: number;
}

/**
 * Runs a machine by {@link step}: one event at a time, all of its effects before the next event, timers on the virtual
 * clock, and results of work only while they are wanted. A machine that ends leaves nothing behind.
 */
export function createDriver<M extends AnyStateMachine>(
  machine: M,
  input: InputFrom<M>,
  host: DriverHost<M>,
): Driver<M> {
  let [snapshot, initial] = start(machine, input);
  let state: 'new' | 'idle' | 'busy' = 'new';
  const events: EventFrom<M>[] = [];

  const send = (event: EventFrom<M>): void => {
    events.push(event);
    if (state === 'idle') drain();
  };
  const timers = createTimers(host.clock, (event) => send(event as EventFrom<M>));
  const works = createWorks(machine, send, (work) => host.onWork?.(work));

  const carryOut = (effects: readonly Effect<EmittedFrom<M>>[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'command') host.onCommand(effect.command);
      else if (effect.kind === 'timer.start') timers.start(effect);
      else if (effect.kind === 'timer.cancel') timers.cancel(effect.id);
      else if (effect.kind === 'work.start') works.start(effect);
      else works.stop(effect.id);
    }
    if ((snapshot as AnyMachineSnapshot).status === 'active') return;
    timers.release();
    works.release();
  };
  const drain = (): void => {
    state = 'busy';
    try {
      carryOut(initial);
      initial = [];
      for (let event = events.shift(); event !== undefined; event = events.shift()) {
        const [next, effects] = step(machine, snapshot, event);
        snapshot = next;
        carryOut(effects);
      }
    } finally {
      state = 'idle';
    }
  };

  return {
    get snapshot() {
      return snapshot;
    },
    start: () => {
      if (state === 'new') drain();
    },
    send,
    get held() {
      return timers.count() + works.count();
    },
  };
}

function createTimers(clock: VirtualClock, send: (event: unknown) => void) {
  const timers = new Map<string, TimerId>();
  const cancel = (id: string): void => {
    clock.clearTimeout(timers.get(id));
    timers.delete(id);
  };
  return {
    start: ({ id, delay, event }: Extract<Effect<never>, { kind: 'timer.start' }>): void => {
      cancel(id);
      const fire = (): void => {
        timers.delete(id);
        send(event);
      };
      timers.set(id, clock.setTimeout(fire, delay));
    },
    cancel,
    release: (): void => {
      for (const id of timers.keys()) cancel(id);
    },
    count: (): number => timers.size,
  };
}

function createWorks<M extends AnyStateMachine>(
  machine: M,
  send: (event: EventFrom<M>) => void,
  onWork: (work: Work) => void,
) {
  const works = new Map<string, Work>();
  return {
    start: ({ id, src, input }: Extract<Effect<never>, { kind: 'work.start' }>): void => {
      // A later run may have the same id, so compare the objects.
      const end = (event: EventFrom<M>): void => {
        if (works.get(id) !== work) return;
        works.delete(id);
        send(event);
      };
      const work: Work = {
        id,
        src,
        input,
        done: (output) => end(workDone(machine, id, output)),
        failed: (error) => end(workFailed(machine, id, error)),
      };
      works.set(id, work);
      onWork(work);
    },
    stop: (id: string): void => void works.delete(id),
    release: (): void => works.clear(),
    count: (): number => works.size,
  };
}
