import { LocalProtocolError } from '../errors.ts';

/** A clock whose time passes only on demand. It fits XState's `createActor` as the `clock` option. */
export interface VirtualClock {
  /** Milliseconds since the clock was made. */
  now(): number;
  /** Runs `callback` once, `delay` milliseconds from now; a delay that is not a positive number counts as 0. */
  setTimeout(callback: () => void, delay: number): TimerId;
  /** Forgets a timer. Ignores one that has run, and undefined. */
  clearTimeout(id: TimerId | undefined): void;
  /**
   * Lets `milliseconds` pass and runs every timer that falls due, in the order of their times and then of their starts.
   * That includes timers that these timers start.
   *
   * @throws LocalProtocolError `limit` when more than a million timers run: one that starts itself again
   *   without delay would hold the clock for ever.
   */
  advance(milliseconds: number): void;
  /**
   * Runs timers until none is left and returns how many ran.
   *
   * @throws LocalProtocolError `limit` when more than `limit` would run.
   */
  runToIdle(limit?: number): number;
  /** How many timers are waiting. */
  readonly pending: number;
  /** When the next of them falls due; undefined when there is none. */
  readonly next: number | undefined;
}

/** Names a timer of one clock. */
export type TimerId = number;

interface Timer {
  readonly id: TimerId;
  readonly due: number;
  readonly callback: () => void;
}

const RUNS_MAX = 1_000_000;

/** Makes a clock that shows 0. */
export function createVirtualClock(): VirtualClock {
  const heap: Timer[] = [];
  const waiting = new Set<TimerId>();
  let time = 0;
  let lastId = 0;

  // Cleared timers stay in the heap until they come up.
  const peek = (): Timer | undefined => {
    while (heap[0] !== undefined && !waiting.has(heap[0].id)) popTimer(heap);
    return heap[0];
  };
  const run = (until: number, limit: number): number => {
    let count = 0;
    for (let timer = peek(); timer !== undefined && timer.due <= until; timer = peek()) {
      if (count >= limit) throw new LocalProtocolError('limit', `more than ${limit} timers ran`);
      count += 1;
      popTimer(heap);
      waiting.delete(timer.id);
      time = timer.due;
      timer.callback();
    }
    return count;
  };

  return {
    now: () => time,
    setTimeout: (callback, delay) => {
      lastId += 1;
      waiting.add(lastId);
      pushTimer(heap, { id: lastId, due: time + (delay > 0 ? delay : 0), callback });
      return lastId;
    },
    clearTimeout: (id) => {
      if (id !== undefined) waiting.delete(id);
    },
    advance: (milliseconds) => {
      const until = time + milliseconds;
      run(until, RUNS_MAX);
      time = until;
    },
    runToIdle: (limit = RUNS_MAX) => run(Infinity, limit),
    get pending() {
      return waiting.size;
    },
    get next() {
      return peek()?.due;
    },
  };
}

// A binary heap, since simulations keep thousands of timers, and one seed should take a few milliseconds.
function pushTimer(heap: Timer[], timer: Timer): void {
  let place = heap.length;
  heap.push(timer);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || isBefore(above, timer)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = timer;
}

function popTimer(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const takesRight = left !== undefined && right !== undefined && isBefore(right, left);
    const child = takesRight ? right : left;
    if (child === undefined || isBefore(last, child)) break;
    heap[place] = child;
    place = 2 * place + (takesRight ? 2 : 1);
  }
  heap[place] = last;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due === b.due ? a.id < b.id : a.due < b.due;
}
