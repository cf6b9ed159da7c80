/** A seeded stream of numbers: the same seed gives the same stream on every machine. Not for secrets. */
export interface Random {
  /** The next number, at least 0 and less than 1. */
  next(): number;
  /** The next whole number, at least 0 and less than `limit`. */
  below(limit: number): number;
  /** The next number from `low` to `high`. */
  between(low: number, high: number): number;
  /** True with the given probability: never at 0, always at 1. */
  chance(probability: number): boolean;
  /** A separate stream, so that draws in one part of a simulation don't change those in another. */
  fork(): Random;
}

/** Starts a stream. Only the lower 32 bits of the seed count. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  // A Weyl sequence (its step is 2^32 divided by the golden ratio, made odd), scrambled by two rounds
  // of xor-shift and multiply, the finalizer of MurmurHash3: neighbouring seeds give unlike streams.
  const bits = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const next = (): number => bits() / 2 ** 32;
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    fork: () => createRandom(bits()),
  };
}
