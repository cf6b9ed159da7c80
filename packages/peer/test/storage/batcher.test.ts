import { expect, test } from 'vitest';
import { createBatcher } from '../../src/storage/index.ts';

/** A batcher of numbers, each call of which lasts until the test ends it. */
function gather(most: number) {
  const passed: (readonly number[])[] = [];
  const ends: ((how: 'well' | 'badly') => void)[] = [];
  const batcher = createBatcher<number>(most, (items) => {
    passed.push(items);
    return new Promise<void>((resolve, reject) =>
      ends.push((how) => (how === 'well' ? resolve() : reject(new Error('no')))),
    );
  });
  const add = (...items: readonly number[]) => items.forEach((item) => batcher.add(item));
  const end = (turn: number, how: 'well' | 'badly' = 'well') => ends[turn]?.(how);
  return { passed, add, end, flush: () => batcher.flush() };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

test('items that are added in one turn are passed on together, at its end', async () => {
  const { passed, add } = gather(16);
  add(1, 2, 3);
  expect(passed).toEqual([]);
  await turn();
  expect(passed).toEqual([[1, 2, 3]]);
});

test('full batches are passed on at once, and an incomplete one is not', () => {
  const { passed, add } = gather(2);
  add(1, 2, 3, 4, 5);
  expect(passed).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test.each(['well', 'badly'] as const)(
  'items that come while others are in flight wait until those have ended %s',
  async (how) => {
    const { passed, add, end } = gather(3);
    add(1);
    await turn();
    add(2);
    await turn();
    add(3);
    await turn();
    expect(passed).toEqual([[1]]);
    end(0, how);
    await turn();
    expect(passed).toEqual([[1], [2, 3]]);
  },
);

test('an item waits until nothing is in flight', async () => {
  const { passed, add, end } = gather(2);
  add(1, 2, 3, 4, 5);
  end(0);
  await turn();
  expect(passed).toHaveLength(2);
  end(1);
  await turn();
  expect(passed).toEqual([[1, 2], [3, 4], [5]]);
});

test('a flush passes waiting items on at once, and only once', async () => {
  const { passed, add, flush } = gather(16);
  add(1);
  await turn();
  add(2);
  flush();
  expect(passed).toEqual([[1], [2]]);
  await turn();
  expect(passed).toHaveLength(2);
});
