import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

import { runSeed } from '../run.ts';
import { createCounts, unite } from '../watch/counts.ts';
import { missedOf } from '../watch/report.ts';

/** Seeds from 1 that every run of the tests goes through; `npm run simulate` goes through any others. */
const SEEDS = 2_000;

/** Files that share the seeds, so that several processes can run them at once. */
const PARTS = 4;

/**
 * One part of the seeds. What never occurs in it is left as a file in the folder that the environment's
 * `SIMULATION_REPORTS` names: `npm test` says what occurred in no part. `SIMULATION_SEEDS` sets how many seeds there are in all.
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
