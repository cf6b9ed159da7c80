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

/** Time, as pages and workers have it. */
export const webRuntime: Runtime = {
  clock: {
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (id) => {
      clearTimeout(id as number);
    },
  },
  now: () => performance.now(),
};
