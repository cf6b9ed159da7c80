import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { readCoverage } from '../../scripts/lib/coverage.mjs';
import {
  outcomeOf,
  readChecks,
  readPlaywright,
  readVitest,
  type Outcome,
  type Reader,
} from '../../scripts/lib/reports.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { neverInSeeds } from '../../scripts/lib/seeds.mjs';

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
  test('counts passed tests, and names those that failed, were skipped or are to do', () => {
    const report = vitestReport('passed', 'failed', 'pending', 'skipped', 'todo', 'passed');
    expect(outcome(report, readVitest, 1)).toEqual({
      passed: 2,
      failed: ['some.test.ts: is failed'],
      skipped: ['some.test.ts: is pending', 'some.test.ts: is skipped', 'some.test.ts: is todo'],
    });
  });

  test('says how a test failed, in few lines', () => {
    const failureMessages = [`\u001b[31mseed: 7\u001b[39m\n\n${'line\n'.repeat(20)}`];
    const tests = [{ fullName: 'holds', status: 'failed', failureMessages }];
    const name = join(root, 'some.test.ts');
    const report = { testResults: [{ name, status: 'failed', assertionResults: tests }] };
    const [failure = ''] = outcome(report, readVitest, 1).failed;
    expect(failure.split('\n').slice(0, 2)).toEqual(['some.test.ts: holds', '    seed: 7']);
    expect(failure.split('\n')).toHaveLength(9);
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
  test('says how a test failed, and what the page showed', () => {
    const path = join(folder, 'error-context.md');
    writeFileSync(path, '# Page\n\n```yaml\n- heading "Failed"\n```\n');
    const attachments = [{ name: 'error-context', path }];
    const results = [{ status: 'failed', error: { message: 'no such button' }, attachments }];
    const specs = [{ title: 'clicks', tests: [{ status: 'unexpected', results }] }];
    expect(
      outcome({ suites: [{ title: 'some.e2e.ts', specs }] }, readPlaywright, 1).failed,
    ).toEqual(['some.e2e.ts › clicks\n    no such button\n    - heading "Failed"\n    ']);
  });

  test('counts passed tests, and names those that failed, were flaky or were skipped', () => {
    const report = playwrightReport('expected', 'unexpected', 'flaky', 'skipped');
    expect(outcome(report, readPlaywright, 1)).toEqual({
      passed: 1,
      failed: ['some.e2e.ts › group › is unexpected', 'some.e2e.ts › group › is flaky'],
      skipped: ['some.e2e.ts › group › is skipped'],
    });
  });

  test('fails for an error outside of all tests', () => {
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

  test('when its runner failed, though every test passed', () => {
    expect(outcome(vitestReport('passed'), readVitest, 1)).toMatchObject({
      passed: 1,
      failed: ['unit: ended with exit code 1'],
    });
  });
});

describe('the coverage of machines', () => {
  const machines = (['oven', 'wrap'] as const).map(
    (id) => [`${id}Machine`, { root: { id } }] as const,
  );
  const all = { states: { a: true, b: true }, transitions: { 'a: x -> b': true } };

  /** Writes reports into a folder of their own, and reads it. */
  function coverage(...reports: readonly unknown[]): ReturnType<typeof readCoverage> {
    const reached = mkdtempSync(join(folder, 'machines-'));
    for (const [index, report] of reports.entries()) {
      writeFileSync(join(reached, `${index}.json`), JSON.stringify(report));
    }
    return readCoverage(machines, reached);
  }

  test('is a table of all machines, with no failure if everything was reached', () => {
    const { table, failed } = coverage({ machine: 'oven', ...all }, { machine: 'wrap', ...all });
    expect(`\n${table}\n`).toBe(`
machine       states  transitions
ovenMachine      2/2          1/1
wrapMachine      2/2          1/1
`);
    expect(failed).toEqual([]);
  });

  test('fails for a state or a transition that no test reached, and names it', () => {
    const states = { a: true, b: false };
    const transitions = { 'a: x -> b': false, 'a: y -> a': true };
    const { table, failed } = coverage(
      { machine: 'oven', states, transitions },
      { machine: 'wrap', ...all },
    );
    expect(table).toMatch(/ovenMachine +1\/2 +1\/2/);
    expect(failed).toEqual(['ovenMachine: never reached: b; a: x -> b']);
  });

  test('unites the reports of several tests of one machine', () => {
    const { failed } = coverage(
      { machine: 'oven', states: { a: true, b: false }, transitions: { x: false } },
      { machine: 'oven', states: { a: false, b: true }, transitions: { x: true } },
      { machine: 'wrap', ...all },
    );
    expect(failed).toEqual([]);
  });

  test('fails for a machine without a report, even if others have reports', () => {
    const { table, failed } = coverage({ machine: 'oven', ...all }, { machine: 'sample', ...all });
    expect(table).toMatch(/wrapMachine +- +-$/);
    expect(failed).toEqual(['wrapMachine: no test reports what it reaches']);
  });

  test('fails for every machine if there is no report, and if there are no machines', () => {
    const none = join(folder, 'none');
    expect(readCoverage(machines, none).failed).toHaveLength(2);
    expect(readCoverage([], none).failed).toHaveLength(1);
  });

  test('does not count a report that is cut off', () => {
    const cut = join(folder, 'cut');
    mkdirSync(cut);
    writeFileSync(join(cut, 'oven.json'), '{"machine": "oven"');
    expect(() => readCoverage(machines, cut)).toThrow(SyntaxError);
  });
});

describe('the coverage of the simulation’s seeds', () => {
  /** Writes the reports of parts into a folder of their own, and reads it. */
  function never(...reports: readonly unknown[]): readonly string[] {
    const parts = mkdtempSync(join(folder, 'simulation-'));
    for (const [index, report] of reports.entries())
      writeFileSync(join(parts, `${index}.json`), JSON.stringify(report));
    return neverInSeeds(parts);
  }

  test('fails for events that occurred in no part, and for no others', () => {
    expect(
      never({ parts: 2, missed: ['drop', 'reload'] }, { parts: 2, missed: ['reload', 'kill'] }),
    ).toEqual(['simulation: never occurred: reload']);
    expect(never({ parts: 2, missed: ['drop'] }, { parts: 2, missed: ['kill'] })).toEqual([]);
  });

  test('fails if a part has no report, and if all have none', () => {
    expect(never({ parts: 2, missed: [] })).toEqual(['simulation: 1 of 2 parts say nothing']);
    expect(never()).toHaveLength(1);
    expect(neverInSeeds(join(folder, 'none'))).toHaveLength(1);
  });
});
