/** Takes things one by one, and passes them on together. */
export interface Batcher<T> {
  add(item: T): void;
  /** Passes on what waits, before something that must not overtake it. */
  flush(): void;
}

/**
 * What is added in one turn is passed on at its end while nothing else is in flight. What comes later waits until
 * it is `most`, or until all that is in flight is done: so that nothing waits on a machine that has nothing to do,
 * and what each passing on costs by itself is shared on one that has.
 *
 * @param pass - settles when it is done, well or badly.
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
