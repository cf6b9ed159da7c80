import { expect, test } from 'vitest';

import { webRuntime } from '../src/runtime.ts';

const { clock } = webRuntime;

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
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(calls).toBe(1);
});

test.each([0, 1])('what is due in %i ms can be taken back', async (milliseconds) => {
  let calls = 0;
  const id = clock.setTimeout(() => (calls += 1), milliseconds);
  clock.clearTimeout(id);
  clock.clearTimeout(id);
  clock.clearTimeout(undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(calls).toBe(0);
});
