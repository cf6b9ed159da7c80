/** Takes items one by one, and passes them on together. */
export interface Batcher<T> {
  add(item: T): void;
  /** Passes on all waiting items, ahead of something that must not overtake them. */
  flush(): void;
}

/**
 * While nothing is in flight, items that are added in one turn are passed on at its end. Later items wait until there
 * are `most` of them, or until nothing is in flight any more. So nothing waits on an idle machine, and on a busy one
 * many items share the cost of one call.
 *
 * @param pass - resolves or rejects when it is done.
 */
export function createBatcher<T>(
  most: number,
  pass: (items: readonly T[]) => Promise<unknown>,
): Batcher<T> {
  let waiting: T[] = [];
  let inFlight = 0;

  const next = (): void => {
    while (waiting.length >= most) start();
    if (inFlight === 0) flush();
  };
  const ended = (): void => {
    inFlight -= 1;
    next();
  };
  const start = (): void => {
    const items = waiting.slice(0, most);
    waiting = waiting.slice(most);
    inFlight += 1;
    pass(items).then(ended, ended);
  };
  const flush = (): void => {
    while (waiting.length > 0) start();
  };

  return {
    add(item) {
      waiting.push(item);
      if (waiting.length === 1) queueMicrotask(next);
      else if (waiting.length >= most) start();
    },
    flush,
  };
}
