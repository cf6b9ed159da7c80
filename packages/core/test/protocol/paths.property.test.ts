import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { utf8Length } from '../../src/bytes.ts';
import { cleanPaths, findClash, foldCase, isNormalPath } from '../../src/protocol/paths.ts';
import { texts } from '../../src/testing/arbitraries.ts';
import { hostilePaths } from '../../src/testing/manifest-arbitraries.ts';
import vectors from '../../vectors/names.json' with { type: 'json' };

// Rule M5 taken literally: every path against every other.
function clashes(paths: readonly string[]): boolean {
  const keys = paths.map(foldCase);
  return keys.some((a, i) => keys.some((b, j) => i !== j && (a === b || b.startsWith(`${a}/`))));
}

describe('paths beside each other', () => {
  it('M4 M5 any strings become normal paths that do not clash, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostilePaths, texts), { maxLength: 20 }), (paths) => {
        const before = [...paths];
        const cleaned = cleanPaths(paths);
        expect(paths).toEqual(before);
        expect(cleaned).toHaveLength(paths.length);
        expect(cleaned.filter((path) => !isNormalPath(path))).toEqual([]);
        expect(clashes(cleaned)).toBe(false);
        expect(cleanPaths(cleaned)).toEqual(cleaned);
      }),
      { numRuns: 500 },
    );
  });

  it('M5 normal paths that do not clash stay', () => {
    const normal = fc.array(hostilePaths.filter(isNormalPath), { maxLength: 8 });
    fc.assert(
      fc.property(normal, (paths) => {
        fc.pre(!clashes(paths));
        expect(cleanPaths(paths)).toEqual(paths);
      }),
    );
  });

  it.each(vectors.together)('M5 M6 keeps apart $what', ({ paths, become }) => {
    expect(cleanPaths(paths)).toEqual(become);
  });

  it('M6 the same strings get the same paths in whatever order', () => {
    const choice = fc.uniqueArray(hostilePaths, { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(choice, fc.infiniteStream(fc.nat()), (paths, keys) => {
        const shuffled = paths
          .map((path) => ({ path, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ path }) => path);
        const cleaned = new Map(paths.map((path, index) => [path, cleanPaths(paths)[index]]));
        expect(cleanPaths(shuffled)).toEqual(shuffled.map((path) => cleaned.get(path)));
      }),
    );
  });

  it('M6 an extension stays, whatever happens to the rest of a name', () => {
    const stems = fc.oneof(
      texts,
      fc.constantFrom('x'.repeat(300), '日本'.repeat(90), 'a', 'A', 'a?'),
    );
    fc.assert(
      fc.property(fc.array(stems, { maxLength: 12 }), (all) => {
        const paths = all.map((stem) => `a${stem.replaceAll('/', '')}.docx`);
        expect(cleanPaths(paths).filter((path) => !path.endsWith('.docx'))).toEqual([]);
      }),
    );
  });

  it('M6 folders that were two stay two', () => {
    const alike = fc.constantFrom('a?', 'a*', 'a_', 'a\u200b_', 'b ', 'b', 'b.');
    const folder = fc.oneof(hostilePaths, alike).map((text) => text.replaceAll('/', '_'));
    fc.assert(
      fc.property(fc.uniqueArray(folder, { minLength: 2, maxLength: 6 }), (folders) => {
        const named = folders.filter((name) => !['', '.', '..'].includes(name));
        const parents = cleanPaths(named.map((name) => `${name}/x`)).map(
          (path) => path.split('/')[0],
        );
        expect(new Set(parents).size).toBe(named.length);
      }),
    );
  });

  it.each([
    ['equal', () => 'a.txt'],
    ['equal without case', (index: number) => (index % 2 === 0 ? 'a.txt' : 'A.TXT')],
    ['cut to the same', (index: number) => `${'x'.repeat(150)}${index}${'y'.repeat(150)}.txt`],
    ['in folders that become one', (index: number) => `a${'?*<>'[index % 4]}/b.txt`],
  ])('M5 compares each of many names that are %s only a few times', (_what, nameOf) => {
    const comparisons = (count: number) => {
      const folded = vi.spyOn(String.prototype, 'toLowerCase');
      cleanPaths(Array.from({ length: count }, (_, index) => nameOf(index)));
      const calls = folded.mock.calls.length;
      folded.mockRestore();
      return calls;
    };
    expect(comparisons(10_000) / 10_000).toBeLessThan(10);
  });

  it('M5 M6 puts a file at the top where the folders leave no room for a number', () => {
    const path = `${`${'x'.repeat(254)}/`.repeat(4)}abcd`;
    expect(utf8Length(path)).toBe(1024);
    expect(cleanPaths([path, path])).toEqual([path, 'abcd']);
  });

  it('M5 numbers 10,000 equal names', () => {
    const cleaned = cleanPaths(Array.from({ length: 10_000 }, () => 'a.txt'));
    expect([cleaned[0], cleaned[1], cleaned.at(-1)]).toEqual([
      'a.txt',
      'a (2).txt',
      'a (10000).txt',
    ]);
    expect(new Set(cleaned).size).toBe(10_000);
  });

  it('M5 numbers names apart that are cut to the same', () => {
    // With one digit there is room for the last character, which tells them apart; with two there isn't.
    const names = [`${'x'.repeat(250)}a`, `${'x'.repeat(250)}b`];
    const cleaned = cleanPaths(Array.from({ length: 12 }, () => names).flat());
    expect(clashes(cleaned)).toBe(false);
  });

  it('M5 compares like file systems that ignore case', () => {
    const same = [
      ['Straße', 'STRASSE', 'strasse'],
      ['ΟΔΟΣ', 'οδος', 'οδοσ'],
      ['\u00c9', '\u00e9'],
      ['ﬁle', 'FILE'],
      ['\u1e9e', '\u00df', 'ss'],
      ['\u0390', '\u03aa\u0301'],
    ];
    expect(same.map((names) => new Set(names.map(foldCase)).size)).toEqual(same.map(() => 1));
    expect(new Set(['a', 'b', 'ä', 'a b', 'a/b'].map(foldCase)).size).toBe(5);
  });

  it('M5 finds a clash exactly where there is one', () => {
    const few = fc.constantFrom('a', 'A', 'a/b', 'a b', 'a-b', 'a/B/c', 'a!', 'b', 'a/b c', 'ab');
    fc.assert(
      fc.property(fc.array(few, { maxLength: 5 }), (paths) => {
        expect(findClash(paths) !== undefined).toBe(clashes(paths));
      }),
      { numRuns: 500 },
    );
  });
});
