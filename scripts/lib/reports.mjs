// Reads the report of each runner. Only the report counts: a missing or empty report is a failure.

import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { root } from './root.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {readonly string[]} failed names
 * @property {readonly string[]} skipped names
 *
 * @typedef {(report: any) => Outcome} Reader
 */

/** Lines of a failure's message that the summary shows, and characters of each. */
const LINES_MAX = 8;
const LINE_MAX = 200;

/**
 * A failed test's name and the beginning of its message. A summary in continuous integration shows nothing else, and
 * the message holds a property's seed.
 *
 * @param {string} title
 * @param {string | undefined} message
 * @param {readonly string[]} shown lines of the page
 */
function describeFailure(title, message, shown = []) {
  const lines = stripVTControlCharacters(message ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, LINES_MAX);
  return [title, ...[...lines, ...shown].map((line) => `    ${line.slice(0, LINE_MAX)}`)].join(
    '\n',
  );
}

/** Lines of a page that the summary shows. */
const PAGE_LINES_MAX = 60;

/**
 * The page's content at the failure of a browser test, as Playwright recorded it.
 *
 * @param {any} result
 * @returns {readonly string[]}
 */
function pageOf(result) {
  const context = result?.attachments?.find(
    (/** @type {any} */ one) => one.name === 'error-context',
  );
  if (context?.path === undefined || !existsSync(context.path)) return [];
  const [, page = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(context.path, 'utf8')) ?? [];
  return page.split('\n').slice(0, PAGE_LINES_MAX);
}

/** @type {Reader} */
export function readChecks({ results }) {
  const failed = results.filter((/** @type {any} */ result) => !result.passed);
  return {
    passed: results.length - failed.length,
    failed: failed.map((/** @type {any} */ { name }) => name),
    skipped: [],
  };
}

/**
 * Vitest's JSON report.
 *
 * @type {Reader}
 */
export function readVitest({ testResults }) {
  let passed = 0;
  /** @type {string[]} */ const failed = [];
  /** @type {string[]} */ const skipped = [];
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(root, name);
    const failedBefore = failed.length;
    for (const test of assertionResults) {
      const title = `${file}: ${test.fullName}`;
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed')
        failed.push(describeFailure(title, test.failureMessages?.[0]));
      else skipped.push(title);
    }
    // A file that doesn't load reports no test, so count the file itself as failed.
    if (status === 'failed' && failed.length === failedBefore)
      failed.push(describeFailure(file, message));
  }
  return { passed, failed, skipped };
}

/**
 * Playwright's JSON report.
 *
 * @type {Reader}
 */
export function readPlaywright({ suites, errors }) {
  let passed = 0;
  /** @type {string[]} */ const failed = [];
  /** @type {string[]} */ const skipped = [];
  const visit = (/** @type {any} */ suite, /** @type {string} */ above) => {
    const title = above === '' ? suite.title : `${above} › ${suite.title}`;
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = `${title} › ${spec.title}`;
        if (test.status === 'expected') passed += 1;
        else if (test.status === 'skipped') skipped.push(name);
        // A flaky test counts as failed.
        else {
          const bad = test.results?.find((/** @type {any} */ one) => one.status !== 'passed');
          failed.push(describeFailure(name, bad?.error?.message, pageOf(bad)));
        }
      }
    }
    for (const child of suite.suites ?? []) visit(child, title);
  };
  for (const suite of suites) visit(suite, '');
  for (const error of errors ?? []) failed.push(String(error.message).split('\n')[0] ?? 'error');
  return { passed, failed, skipped };
}

/**
 * The outcome of a run, from its report and its exit code.
 *
 * @param {string} step
 * @param {string} file
 * @param {Reader} read
 * @param {number} code
 * @returns {Outcome}
 */
export function outcomeOf(step, file, read, code) {
  if (!existsSync(file)) {
    return { passed: 0, failed: [`${step}: no report (exit code ${code})`], skipped: [] };
  }
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return {
      passed: 0,
      failed: [`${step}: a report that can't be read (${String(error)})`],
      skipped: [],
    };
  }
  if (outcome.failed.length > 0) return outcome;
  // The report alone doesn't show an error outside of all tests, or a run that was ended.
  if (code !== 0) return { ...outcome, failed: [`${step}: ended with exit code ${code}`] };
  if (outcome.passed === 0) return { ...outcome, failed: [`${step}: not one test ran`] };
  return outcome;
}
