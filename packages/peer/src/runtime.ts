import type { InspectionEvent } from 'xstate';

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
  /** Is told whatever XState tells of every machine: for traces, and for tests that look at all of them. */
  readonly inspect?: (event: InspectionEvent) => void;
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
