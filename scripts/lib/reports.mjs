// Reads what each runner wrote about its run. A run counts for what its report says and for nothing
// else: a report that is missing or says nothing is a failure.

import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

import { root } from './root.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {readonly string[]} failed names
 * @property {readonly string[]} skipped names
 *
 * @typedef {(report: any) => Outcome} Reader
 */

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
  for (const { name, status, assertionResults } of testResults) {
    const file = relative(root, name);
    const failedBefore = failed.length;
    for (const test of assertionResults) {
      const title = `${file}: ${test.fullName}`;
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failed.push(title);
      else skipped.push(title);
    }
    // A file that doesn't load has no test that could fail.
    if (status === 'failed' && failed.length === failedBefore) failed.push(file);
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
        // One that passes only sometimes has failed.
        else failed.push(name);
      }
    }
    for (const child of suite.suites ?? []) visit(child, title);
  };
  for (const suite of suites) visit(suite, '');
  for (const error of errors ?? []) failed.push(String(error.message).split('\n')[0] ?? 'error');
  return { passed, failed, skipped };
}

/**
 * What a run came to, by its report and its exit code.
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
  // An error outside of every test, or a run that was ended: the report alone doesn't tell.
  if (code !== 0) return { ...outcome, failed: [`${step}: ended with exit code ${code}`] };
  if (outcome.passed === 0) return { ...outcome, failed: [`${step}: not one test ran`] };
  return outcome;
}
