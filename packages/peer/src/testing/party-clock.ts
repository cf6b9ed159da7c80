import type { TimerId, VirtualClock } from '@burritoshare/core/testing';

/** A view of a virtual clock that knows only the timers that were started through it. */
export interface PartyClock extends VirtualClock {
  /** Stops the timers of a party that is gone without a word, and starts no more. */
  stop(): void;
}

/** Gives one party of a simulation its own timers, so that what it leaves behind shows. */
export function createPartyClock(clock: VirtualClock): PartyClock {
  const due = new Map<TimerId, number>();
  let isStopped = false;
  return {
    now: () => clock.now(),
    setTimeout(callback, delay) {
      if (isStopped) return 0;
      const id = clock.setTimeout(() => {
        due.delete(id);
        callback();
      }, delay);
      due.set(id, clock.now() + Math.max(0, delay));
      return id;
    },
    clearTimeout(id) {
      clock.clearTimeout(id);
      if (id !== undefined) due.delete(id);
    },
    advance: (milliseconds) => clock.advance(milliseconds),
    runToIdle: (limit) => clock.runToIdle(limit),
    stop() {
      isStopped = true;
      for (const id of due.keys()) clock.clearTimeout(id);
      due.clear();
    },
    get pending() {
      return due.size;
    },
    get next() {
      // Where nobody else has timers, the clock knows without a search.
      if (due.size === clock.pending) return clock.next;
      return due.size === 0 ? undefined : Math.min(...due.values());
    },
  };
}
