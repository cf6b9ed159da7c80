import type { FailureCode, ManifestEntry } from '@burritoshare/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { statesOf } from '../../../src/delivery/contents/entry-state.ts';
import {
  choiceOf,
  counterOf,
  takeWords,
  toggled,
} from '../../../src/delivery/contents/selection.ts';
import { createTree } from '../../../src/delivery/contents/tree.ts';

function file(path: string): ManifestEntry {
  return { kind: 'file', path, size: 1, modified: null, mediaType: '' };
}

/** A tree, some of its entries, and a part of its order. */
const parts = fc
  .record({
    names: fc.uniqueArray(fc.stringMatching(/^[a-d](?:\/[a-d]){0,2}$/), { minLength: 1 }),
    coins: fc.infiniteStream(fc.boolean()),
    ends: fc.tuple(fc.nat(), fc.nat()),
  })
  .map(({ names, coins, ends }) => {
    const entries = names.map(file);
    const from = ends[0] % entries.length;
    const to = from + 1 + (ends[1] % (entries.length - from));
    return {
      tree: createTree(entries),
      chosen: new Set([...entries.keys()].filter(() => coins.next().value)),
      range: { from, to },
    };
  });

const entriesIn = ({
  tree,
  range,
}: {
  tree: ReturnType<typeof createTree>;
  range: { from: number; to: number };
}) => tree.order.slice(range.from, range.to);

describe('what is chosen', () => {
  test('is all, some or none of a folder', () => {
    fc.assert(
      fc.property(parts, (part) => {
        const inside = entriesIn(part);
        const count = counterOf(part.tree, part.chosen)(part.range);
        expect(count).toBe(inside.filter((entry) => part.chosen.has(entry)).length);
        const choice = choiceOf(part.range, count);
        expect(choice === 'all').toBe(count === part.range.to - part.range.from);
        expect(choice === 'none').toBe(count === 0);
      }),
    );
  });

  test('a toggle takes all of a folder, or leaves all of it out, and nothing else', () => {
    fc.assert(
      fc.property(parts, (part) => {
        const inside = new Set(entriesIn(part));
        const wasAll = [...inside].every((entry) => part.chosen.has(entry));
        const next = toggled(part.tree, part.chosen, part.range);
        for (const entry of part.tree.order)
          expect(next.has(entry)).toBe(inside.has(entry) ? !wasAll : part.chosen.has(entry));
        const again = wasAll ? toggled(part.tree, next, part.range) : part.chosen;
        expect(again).toEqual(part.chosen);
      }),
    );
  });
});

test.each([
  [3, [0, 2], 'Take 2 of 3 files'],
  [3, [1], 'Take 1 of 3 files'],
  [3, [0, 1, 2], 'Take all 3 files'],
  [3, [], 'Choose what to take'],
  [1, [0], 'Take the file'],
  [12_000, [5], 'Take 1 of 12,000 files'],
] as const)('of %d files, %j: %s', (count, chosen, words) => {
  const entries = Array.from({ length: count }, (_, index) => file(`${index}`));
  expect(takeWords(entries, new Set<number>(chosen), 'en')).toBe(words);
});

test('empty folders are items too', () => {
  const entries: readonly ManifestEntry[] = [file('a'), file('b'), { kind: 'folder', path: 'c' }];
  expect(takeWords(entries, new Set([0, 2]), 'en')).toBe('Take 2 of 3 items');
});

test('M9 texts are called texts, and items among others', () => {
  const text: ManifestEntry = { kind: 'text', path: 'a.txt', size: 1 };
  expect(takeWords([text], new Set([0]), 'en')).toBe('Take the text');
  expect(takeWords([text, text], new Set([0]), 'en')).toBe('Take 1 of 2 texts');
  expect(takeWords([text, file('a')], new Set([0, 1]), 'en')).toBe('Take all 2 items');
});

describe('the state of a folder', () => {
  const entries = ['a/1', 'a/2', 'b/1', 'b/2', 'c/1'].map(file);
  const tree = createTree(entries);
  const lost = (index: number, code: FailureCode) => ({ file: index, path: '', code });
  const states = statesOf(tree, [
    lost(0, 'skipped'),
    lost(1, 'skipped'),
    lost(2, 'source.changed'),
  ]);

  test.each([
    [0, 2, 'skipped'],
    [2, 4, 'mixed'],
    [2, 3, 'failed'],
    [3, 4, 'offered'],
    [0, 5, 'mixed'],
    [3, 5, 'offered'],
  ] as const)('from %d to %d: %s', (from, to, state) => {
    expect(states({ from, to })).toBe(state);
  });
});
