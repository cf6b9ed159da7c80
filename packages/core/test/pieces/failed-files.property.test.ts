import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  addFailedFile,
  hasFailed,
  isAllFailed,
  isFileOf,
  isListed,
  noFailedFiles,
  removeFailedFile,
} from '../../src/pieces/failed-files.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { FAILURE_CODES, type FailureCode } from '../../src/protocol/types.ts';
import { manifestOf } from '../support/manifest-of.ts';

const FILES = 6;
const plan = createPlan(manifestOf([1, 0, 5, 2_000_000, 'folder', 1]));
// Indexes outside the plan are among them: they have no effect.
const files = fc.oneof(fc.integer({ min: -1, max: FILES }), fc.constantFrom(0.5, NaN, Infinity));
const happenings = fc.array(
  fc.record({
    what: fc.constantFrom('fail', 'fail', 'retry'),
    file: files,
    code: fc.constantFrom(...FAILURE_CODES),
  }),
  { maxLength: 24 },
);

test('K5, K6, X4: the failed files are those of a Map, by index, with the first code that came', () => {
  fc.assert(
    fc.property(happenings, (course) => {
      const model = new Map<number, FailureCode>();
      let firstCode: FailureCode | undefined;
      let failed = noFailedFiles;
      for (const { what, file, code } of course) {
        const isNew = isFileOf(plan, file) && !model.has(file);
        const before = failed;
        if (what === 'fail') {
          failed = addFailedFile(failed, plan, { file, code });
          if (isNew) model.set(file, code);
          else expect(failed).toBe(before);
          if (isNew) firstCode ??= code;
        } else {
          failed = removeFailedFile(failed, file);
          model.delete(file);
          if (model.size === 0) firstCode = undefined;
        }
        const listed = [...model].toSorted(([one], [other]) => one - other);
        expect(failed.list).toEqual(listed.map(([index, why]) => ({ file: index, code: why })));
        expect(failed.firstCode).toBe(firstCode);
        for (let index = -1; index <= FILES; index++)
          expect([hasFailed(failed, index), isListed(failed.list, index)]).toEqual([
            model.has(index),
            model.has(index),
          ]);
        expect(isAllFailed(failed, FILES)).toBe(model.size === FILES);
      }
    }),
    { numRuns: 300 },
  );
});

test('X4: a bundle without files has not failed', () => {
  expect(isAllFailed(noFailedFiles, 0)).toBe(false);
});
