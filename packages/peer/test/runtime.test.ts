import { expect, test } from 'vitest';

import { webRuntime } from '../src/runtime.ts';

const { clock } = webRuntime;

/** What is due as late, and was asked for afterwards. */
const later = (milliseconds: number) =>
  new Promise<void>((resolve) => clock.setTimeout(() => resolve(), milliseconds));

test.each([0, 1])('what is due in %i ms comes in a later turn, once', async (milliseconds) => {
  let calls = 0;
  const called = new Promise<void>((resolve) => {
    clock.setTimeout(() => {
      calls += 1;
      resolve();
    }, milliseconds);
  });
  await Promise.resolve();
  expect(calls).toBe(0);
  await called;
  await later(milliseconds);
  expect(calls).toBe(1);
});

test.each([0, 1])('what is due in %i ms can be taken back', async (milliseconds) => {
  let calls = 0;
  const id = clock.setTimeout(() => (calls += 1), milliseconds);
  clock.clearTimeout(id);
  clock.clearTimeout(id);
  clock.clearTimeout(undefined);
  await later(milliseconds);
  expect(calls).toBe(0);
});
