import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

import { runSeed } from '../run.ts';
import { createCounts, unite } from '../watch/counts.ts';
import { missedOf } from '../watch/report.ts';

/** Every run of the tests goes through the seeds from 1 to this. `npm run simulate` can run any others. */
const SEEDS = 2_000;

/** Test files that share the seeds, so that several processes can run them at once. */
const PARTS = 4;

/**
 * Runs one part of the seeds. It writes the events that never occurred into a file in the folder `SIMULATION_REPORTS`
 * of the environment, so that `npm test` can name those that occurred in no part. `SIMULATION_SEEDS` sets the number of
 * all seeds.
 */
export function holdInSeeds(part: number): void {
  const all = Number(process.env['SIMULATION_SEEDS'] ?? SEEDS);
  const share = Math.ceil(all / PARTS);
  const from = (part - 1) * share + 1;
  const to = Math.min(part * share, all);
  test(`I1 to I14 hold in the seeds ${from} to ${to}`, async () => {
    const total = createCounts();
    for (let seed = from; seed <= to; seed++) {
      const { violation, counts, command } = await runSeed({ seed, isTold: false });
      expect(violation, command).toBeUndefined();
      unite(total, counts);
    }
    publish(part, { parts: PARTS, missed: missedOf(total) });
  });
}

function publish(part: number, report: object): void {
  const folder = process.env['SIMULATION_REPORTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${part}.json`), JSON.stringify(report, undefined, 2));
}
