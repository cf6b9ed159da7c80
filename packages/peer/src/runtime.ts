import type { InspectionEvent } from 'xstate';
import type { Inspect, trace } from './inspection.ts';

/** Timers, as XState's actors take them too. */
export interface Clock {
  setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): unknown;
  clearTimeout(id: unknown): void;
}

/** What machines and pumps run on, on any thread. */
export interface Runtime {
  readonly clock: Clock;
  /** Milliseconds, from any origin, never going back. */
  now(): number;
  /**
   * Takes what nobody else can: an error of ours that has no delivery to end. Without it, it is reported as an
   * uncaught error is.
   */
  report?(error: unknown): void;
  /**
   * Is told what every machine hears, does and becomes, in copies without secrets and keys. Copying takes time:
   * meant for finding out what goes on.
   */
  readonly inspect?: Inspect;
  /** Is told all that XState tells, secrets, keys and live actors included: of `@burritoshare/peer/testing`. */
  readonly [trace]?: (event: InspectionEvent) => void;
  /** The delivery that a sender's machines are for: the id of their actors, so that what is inspected can be told apart. */
  readonly delivery?: string;
}

/** Reports an error that nothing can be done about, as the runtime says or as the platform does with uncaught ones. */
export function reportTo(runtime: Pick<Runtime, 'report'>, error: unknown): void {
  if (runtime.report !== undefined) runtime.report(error);
  else if (typeof reportError === 'function') reportError(error);
  else {
    // Node has no `reportError`: thrown in a turn of its own, it comes to `uncaughtException` as it is.
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Time, as pages and workers have it. What is due at once has the next turn also in a hidden tab. */
export const webRuntime: Runtime = {
  clock: {
    setTimeout: (callback, milliseconds) =>
      milliseconds > 0 ? setTimeout(callback, milliseconds) : takeTurn(callback),
    clearTimeout: (id) => {
      if (id instanceof MessagePort) giveUpTurn(id);
      else clearTimeout(id as number);
    },
  },
  now: () => performance.now(),
};

// Timers of hidden tabs come once a second; messages don't wait.
function takeTurn(callback: () => void): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    giveUpTurn(port1);
    callback();
  };
  port2.postMessage(undefined);
  return port1;
}

function giveUpTurn(port: MessagePort): void {
  port.onmessage = null;
  port.close();
}
