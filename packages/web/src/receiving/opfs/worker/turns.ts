/** Orders tasks: most may run side by side, some must run alone. */
export interface Turns {
  /** Runs beside other such tasks, but after earlier tasks that must run alone. */
  beside<T>(work: () => Promise<T>): Promise<T>;
  /** Runs after all earlier tasks and before all later ones. */
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
