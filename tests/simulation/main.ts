import { parseArgs } from 'node:util';

import { runSeed } from './run.ts';
import type { WorldOptions } from './world/world.ts';
import { createCounts, unite } from './watch/counts.ts';
import { missedOf, tableOf } from './watch/report.ts';

/** The number of seeds in which every fault, state and transition occurs, as a test shows. */
const ALL_REACHED = 2_000;

/** The command: runs many seeds, or prints one as a story. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      mode: { type: 'string' },
      trace: { type: 'boolean', default: false },
    },
  });
  const { mode, seed } = values;
  if (mode !== undefined && mode !== 'safety' && mode !== 'liveness')
    throw new RangeError('--mode is safety or liveness');
  return seed === undefined
    ? runMany(Number(values.from), Number(values.seeds), mode)
    : runOne({ seed: Number(seed), isTold: values.trace, mode });
}

async function runOne(options: WorldOptions): Promise<number> {
  const { seed, story, violation } = await runSeed(options);
  for (const line of story.lines) console.log(line);
  console.log(`seed ${seed}: ${violation ?? 'good'}`);
  return violation === undefined ? 0 : 1;
}

async function runMany(from: number, seeds: number, mode: WorldOptions['mode']): Promise<number> {
  const total = createCounts();
  let failures = 0;
  const began = process.cpuUsage();
  for (let seed = from; seed < from + seeds; seed++) {
    const { violation, counts, command } = await runSeed({ seed, isTold: false, mode });
    unite(total, counts);
    if (violation === undefined) continue;
    failures += 1;
    console.log(`seed ${seed}: ${violation}\n  ${command}`);
  }
  const { user, system } = process.cpuUsage(began);
  console.log(tableOf(total));
  const missed = missedOf(total);
  for (const name of missed) console.log(`never: ${name}`);
  if (missed.length > 0 && seeds < ALL_REACHED)
    console.log(`Of so few seeds that is no failure: it takes ${ALL_REACHED} to reach everything.`);
  const cost = ((user + system) / 1_000 / seeds).toFixed(1);
  console.log(`${seeds} seeds from ${from}, ${failures} failed, ${cost} ms of CPU each`);
  return failures === 0 && (missed.length === 0 || seeds < ALL_REACHED) ? 0 : 1;
}
