import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { root } from '../../scripts/lib/root.mjs';
import { shared } from '../../vitest.shared.ts';
import { PATIENCE } from '../patience.ts';

const NUMBER = String.raw`(\d[\d_]*(?: \* [\d_]+)*)`;

/** The forms in which this project writes a time-out of a test or a project. */
const UNIT = [
  new RegExp(
    String.raw`(?:testTimeout|hookTimeout|teardownTimeout|\btimeout)\b:? ?=? ?${NUMBER}`,
    'g',
  ),
  // A test's last argument.
  new RegExp(String.raw`^\s*\}, ${NUMBER}\);$`, 'gm'),
];
const BROWSER = [
  new RegExp(String.raw`\b(?:timeout|actionTimeout|navigationTimeout)\b:? ?=? ?${NUMBER}`, 'g'),
  new RegExp(String.raw`set(?:Default)?Timeout\(${NUMBER}\)`, 'g'),
];

/** Times below a bound, as `file:line time`. */
function shorterThan(bound: number, file: string, text: string, ways: readonly RegExp[]): string[] {
  return ways.flatMap((way) =>
    [...text.matchAll(way)].flatMap(({ 0: found, 1: said = '', index }) => {
      const time = said
        .split('*')
        .reduce((product, factor) => product * Number(factor.trim().replaceAll('_', '')), 1);
      const line = text.slice(0, index + found.search(/\S/)).split('\n').length;
      // Ignores less than a second: that is a timer of the test itself.
      return time < 1_000 || time >= bound ? [] : [`${file}:${line} ${said}`];
    }),
  );
}

function filesAt(...patterns: readonly string[]): readonly string[] {
  const output = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return output.split('\n').filter((file) => file.endsWith('.ts') || file.endsWith('.tsx'));
}

test('no unit test and no project has a shorter time-out than the default', () => {
  const bound = shared.test?.testTimeout ?? 0;
  expect(bound).toBeGreaterThan(0);
  const found = filesAt(
    'packages/*/test/*',
    '*vitest.config.ts',
    'tests/checks',
    'tests/packages',
    'tests/simulation',
  )
    .filter((file) => !file.endsWith('checks/timeouts.test.ts'))
    .flatMap((file) => shorterThan(bound, file, readFileSync(join(root, file), 'utf8'), UNIT));
  expect(found).toEqual([]);
});

test('no browser test waits less than the default', () => {
  const found = filesAt('tests/e2e', 'tests/faults', 'tests/bench', 'tests/*.config.ts').flatMap(
    (file) => shorterThan(PATIENCE, file, readFileSync(join(root, file), 'utf8'), BROWSER),
  );
  expect(found).toEqual([]);
});

test.each([
  ['  }, 30_000);', UNIT],
  ['vi.setConfig({ testTimeout: 60_000 });', UNIT],
  ["test('slow', { timeout: 20_000 }, () => {});", UNIT],
  ["test('slow', { timeout: 20 * 1_000 }, () => {});", UNIT],
  ['  await expect(page).toBeVisible({ timeout: 30_000 });', BROWSER],
  ['  test.setTimeout(10_000);', BROWSER],
])('is found: %s', (text, ways) => {
  expect(shorterThan(60_001, 'a.test.ts', text, ways)).toHaveLength(1);
});
