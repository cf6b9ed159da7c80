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

/** Makes a running actor of a machine, every command of which goes to `onCommand`. */
export function runMachine<M extends AnyStateMachine>(
  machine: M,
  options: {
    readonly input?: InputFrom<M>;
    /** People ask for things by its events: what would come to nothing is thrown back at whoever sends it. */
    readonly hasWishes?: boolean;
    readonly platform: Pick<Runtime, 'clock' | 'inspect' | 'delivery' | 'report' | typeof trace>;
    onCommand(command: EmittedFrom<M>): void;
    /** The machine threw: a bug of ours, which must end in words all the same. */
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
  // Before the start: what the initial state emits is lost to later listeners.
  actor.on('*', (command) => {
    try {
      options.onCommand(command);
    } catch (error) {
      // XState would report it to nobody who can tell the person.
      options.onError(error);
    }
  });
  actor.subscribe({
    error: (error) => {
      options.onError(error);
    },
  });
  // Facts about sockets, channels and disks come late: a machine that has ended takes them in silence.
  const send = actor.send.bind(actor);
  actor.send = (event) => {
    const snapshot = actor.getSnapshot() as AnyMachineSnapshot;
    if (options.hasWishes === true && isWish(event)) requireWish(snapshot, event);
    if (snapshot.status === 'active') send(event);
  };
  return actor.start();
}

/** Whom XState tells, on a runtime; undefined for nobody. */
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
      // Who looks on must not hold anything up.
      reportTo(runtime, error);
    }
  };
}
