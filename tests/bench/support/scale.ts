import process from 'node:process';

export const MEBIBYTE = 1024 * 1024;

/** Rounds. In each, the subject and its reference take turns. */
export const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);

/** `BENCH_SCALE` makes every size smaller, to try a benchmark and not to measure. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 1);

/** A size or count at the scale of this run, at least 1. */
export function scaled(count: number): number {
  return Math.max(1, Math.round(count * SCALE));
}
