import type { InspectionEvent } from 'xstate';
import type { Inspect, trace } from './inspection.ts';

/** Timers, as XState's actors take them too. */
export interface Clock {
  setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The time, timers and reports of machines and pumps, on any thread. */
export interface Runtime {
  readonly clock: Clock;
  /** Milliseconds, from any origin, never going back. */
  now(): number;
  /**
   * Takes an error of ours that has no delivery to end. Without this, the error is reported as an uncaught one is.
   */
  report?(error: unknown): void;
  /**
   * Receives each machine's events, actions and states, in copies without secrets and keys. Copying takes time: this
   * is meant for debugging.
   */
  readonly inspect?: Inspect;
  /** Receives XState's inspection events with secrets, keys and live actors: for `@burritoshare/peer/testing`. */
  readonly [trace]?: (event: InspectionEvent) => void;
  /** The delivery that a sender's machines are for: the id of their actors, by which inspection tells them apart. */
  readonly delivery?: string;
}

/** Reports an error that nothing can be done about: to `report`, or as the platform does with uncaught ones. */
export function reportTo(runtime: Pick<Runtime, 'report'>, error: unknown): void {
  if (runtime.report !== undefined) runtime.report(error);
  else if (typeof reportError === 'function') reportError(error);
  else {
    // Node has no `reportError`. An error that is thrown in a microtask gets to `uncaughtException` as it is.
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The time and timers of pages and workers. A timer of 0 ms runs in the next turn, in a hidden tab, too. */
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

// Hidden tabs run timers once a second; messages don't wait.
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
