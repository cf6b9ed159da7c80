import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import {
  outcomeOf,
  readChecks,
  readPlaywright,
  readVitest,
  type Outcome,
  type Reader,
} from '../../scripts/lib/reports.mjs';
import { root } from '../../scripts/lib/root.mjs';

const folder = mkdtempSync(join(tmpdir(), 'burritoshare-reports-'));
const file = join(folder, 'report.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function outcome(report: unknown, read: Reader, code = 0): Outcome {
  writeFileSync(file, JSON.stringify(report));
  return outcomeOf('unit', file, read, code);
}

/** Vitest's report of one file with tests of these outcomes. */
function vitestReport(...statuses: readonly string[]): unknown {
  return {
    testResults: [
      {
        name: join(root, 'some.test.ts'),
        status: statuses.includes('failed') ? 'failed' : 'passed',
        assertionResults: statuses.map((status) => ({ fullName: `is ${status}`, status })),
      },
    ],
  };
}

/** Playwright's report of one nested suite with tests of these outcomes. */
function playwrightReport(...statuses: readonly string[]): unknown {
  const specs = statuses.map((status) => ({ title: `is ${status}`, tests: [{ status }] }));
  return { suites: [{ title: 'some.e2e.ts', suites: [{ title: 'group', specs }] }] };
}

describe('a run of Vitest', () => {
  test('counts what passed, and names what failed, was skipped or is to do', () => {
    const report = vitestReport('passed', 'failed', 'pending', 'skipped', 'todo', 'passed');
    expect(outcome(report, readVitest, 1)).toEqual({
      passed: 2,
      failed: ['some.test.ts: is failed'],
      skipped: ['some.test.ts: is pending', 'some.test.ts: is skipped', 'some.test.ts: is todo'],
    });
  });

  test('fails for a file that does not load', () => {
    const report = {
      testResults: [
        { name: join(root, 'broken.test.ts'), status: 'failed', assertionResults: [] },
        {
          name: join(root, 'b.test.ts'),
          status: 'passed',
          assertionResults: [{ status: 'passed' }],
        },
      ],
    };
    expect(outcome(report, readVitest, 1)).toMatchObject({ passed: 1, failed: ['broken.test.ts'] });
  });
});

describe('a run of Playwright', () => {
  test('counts what passed, and names what failed, passed only sometimes, or was skipped', () => {
    const report = playwrightReport('expected', 'unexpected', 'flaky', 'skipped');
    expect(outcome(report, readPlaywright, 1)).toEqual({
      passed: 1,
      failed: ['some.e2e.ts › group › is unexpected', 'some.e2e.ts › group › is flaky'],
      skipped: ['some.e2e.ts › group › is skipped'],
    });
  });

  test('fails for an error outside of every test', () => {
    const report = { suites: [], errors: [{ message: 'no server\nat line 1' }] };
    expect(outcome(report, readPlaywright, 1)).toMatchObject({ failed: ['no server'] });
  });
});

test('each check counts as a test', () => {
  const results = [
    { name: 'lint', passed: true },
    { name: 'types', passed: false },
  ];
  expect(outcome({ results }, readChecks, 1)).toMatchObject({ passed: 1, failed: ['types'] });
});

describe('a run fails', () => {
  test('without a report', () => {
    expect(outcomeOf('unit', join(folder, 'none.json'), readVitest, 0).failed).toHaveLength(1);
  });

  test('with a report that is cut off', () => {
    writeFileSync(file, '{"testResults": [');
    expect(outcomeOf('unit', file, readVitest, 0).failed).toHaveLength(1);
  });

  test('without a single test', () => {
    expect(outcome({ testResults: [] }, readVitest).failed).toHaveLength(1);
  });

  test('when its runner says so, though every test passed', () => {
    expect(outcome(vitestReport('passed'), readVitest, 1)).toMatchObject({
      passed: 1,
      failed: ['unit: ended with exit code 1'],
    });
  });
});
