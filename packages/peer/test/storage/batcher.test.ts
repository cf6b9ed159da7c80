import { expect, test } from 'vitest';
import { createBatcher } from '../../src/storage/index.ts';

/** A batcher that passes numbers on, each time until its turn is ended. */
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

test('what is added in one turn is passed on together, at its end', async () => {
  const { passed, add } = gather(16);
  add(1, 2, 3);
  expect(passed).toEqual([]);
  await turn();
  expect(passed).toEqual([[1, 2, 3]]);
});

test('as many as go together are passed on at once, and no more of them', () => {
  const { passed, add } = gather(2);
  add(1, 2, 3, 4, 5);
  expect(passed).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test.each(['well', 'badly'] as const)(
  'what comes while something is under way waits until that has ended %s',
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

test('it waits for all that is under way', async () => {
  const { passed, add, end } = gather(2);
  add(1, 2, 3, 4, 5);
  end(0);
  await turn();
  expect(passed).toHaveLength(2);
  end(1);
  await turn();
  expect(passed).toEqual([[1, 2], [3, 4], [5]]);
});

test('what waits can be passed on at once, and only once', async () => {
  const { passed, add, flush } = gather(16);
  add(1);
  await turn();
  add(2);
  flush();
  expect(passed).toEqual([[1], [2]]);
  await turn();
  expect(passed).toHaveLength(2);
});
