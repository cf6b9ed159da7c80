import { createPartyClock, type PartyClock } from '@burritoshare/peer/testing';
import type { TimerId, VirtualClock } from '@burritoshare/core/testing';

/** A party's clock that can be put to sleep: its timers then fire late, all at once. */
export interface SleepyClock {
  now(): number;
  setTimeout(callback: () => void, delay: number): TimerId;
  clearTimeout(id: TimerId | undefined): void;
  /** No timer fires for so many milliseconds. */
  sleep(milliseconds: number): void;
  /** The party is gone without a word: none of its timers fires. */
  stop(): void;
  readonly pending: number;
}

export function createSleepyClock(clock: VirtualClock): SleepyClock {
  const own: PartyClock = createPartyClock(clock);
  const late = new Map<TimerId, TimerId>();
  let asleepUntil = 0;
  return {
    now: () => own.now(),
    setTimeout(callback, delay) {
      const id: TimerId = own.setTimeout(() => {
        if (own.now() >= asleepUntil) return callback();
        const again = own.setTimeout(() => {
          late.delete(id);
          callback();
        }, asleepUntil - own.now());
        late.set(id, again);
      }, delay);
      return id;
    },
    clearTimeout(id) {
      own.clearTimeout(id);
      if (id === undefined) return;
      own.clearTimeout(late.get(id));
      late.delete(id);
    },
    sleep(milliseconds) {
      asleepUntil = Math.max(asleepUntil, own.now() + milliseconds);
    },
    stop: () => own.stop(),
    get pending() {
      return own.pending;
    },
  };
}
