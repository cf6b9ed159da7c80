/** Orders pieces of work: most may go on side by side, some need to be alone. */
export interface Turns {
  /** Does work beside other such work, but not beside what has to be alone and was asked for before. */
  beside<T>(work: () => Promise<T>): Promise<T>;
  /** Does work after all that was asked for before, and before all that is asked for later. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let lastAlone: Promise<void> = Promise.resolve();
  let all: Promise<void> = Promise.resolve();

  const settled = (...works: readonly Promise<unknown>[]): Promise<void> =>
    Promise.allSettled(works).then(() => undefined);

  return {
    beside(work) {
      const done = lastAlone.then(work);
      all = settled(all, done);
      return done;
    },
    alone(work) {
      const done = all.then(work);
      lastAlone = settled(done);
      all = lastAlone;
      return done;
    },
  };
}
