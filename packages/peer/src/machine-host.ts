import {
  createActor,
  type Actor,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EmittedFrom,
  type InputFrom,
  type InspectionEvent,
} from 'xstate';
import { isWish, requireWish } from '@burritoshare/core';
import { inspectedOf, trace } from './inspection.ts';
import { reportTo, type Runtime } from './runtime.ts';

/** Starts a machine, and passes each of its commands to `onCommand`. */
export function runMachine<M extends AnyStateMachine>(
  machine: M,
  options: {
    readonly input?: InputFrom<M>;
    /** Some of the machine's events are people's wishes. Sending one that has no place now throws. */
    readonly hasWishes?: boolean;
    readonly platform: Pick<Runtime, 'clock' | 'inspect' | 'delivery' | 'report' | typeof trace>;
    onCommand(command: EmittedFrom<M>): void;
    /** The machine threw. That is a bug of ours, and people still have to be told. */
    onError(error: unknown): void;
  },
): Actor<M> {
  const { clock, delivery } = options.platform;
  const inspect = inspectorOf(options.platform);
  const actor: Actor<M> = createActor<M>(machine, {
    clock,
    ...(inspect === undefined ? {} : { inspect }),
    ...(delivery === undefined ? {} : { id: delivery }),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  // Listen before the start: later listeners miss what the initial state emits.
  actor.on('*', (command) => {
    try {
      options.onCommand(command);
    } catch (error) {
      // XState would report it where no person learns of it.
      options.onError(error);
    }
  });
  actor.subscribe({
    error: (error) => {
      options.onError(error);
    },
  });
  // Reports of sockets, channels and disks may be late: a machine that has ended ignores them.
  const send = actor.send.bind(actor);
  actor.send = (event) => {
    const snapshot = actor.getSnapshot() as AnyMachineSnapshot;
    if (options.hasWishes === true && isWish(event)) requireWish(snapshot, event);
    if (snapshot.status === 'active') send(event);
  };
  return actor.start();
}

/** The function that XState's inspection events of a runtime go to; undefined if there is none. */
function inspectorOf(
  runtime: Pick<Runtime, 'inspect' | 'report' | typeof trace>,
): ((event: InspectionEvent) => void) | undefined {
  const { inspect, [trace]: traced } = runtime;
  if (inspect === undefined) return traced;
  return (event) => {
    traced?.(event);
    try {
      if (typeof inspect === 'function') inspect(inspectedOf(event));
      else inspect.next?.(inspectedOf(event));
    } catch (error) {
      // An inspector that throws must not stop the machine.
      reportTo(runtime, error);
    }
  };
}
