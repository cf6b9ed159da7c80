import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { utf8Length } from '../src/bytes.ts';
import {
  cleanName,
  cleanPaths,
  findClash,
  foldCase,
  isNormalName,
  isNormalPath,
} from '../src/protocol/paths.ts';
import { hostilePaths, texts } from '../src/testing/arbitraries.ts';

// Much work and no waiting: on a busy machine that takes longer than Vitest's five seconds.
vi.setConfig({ testTimeout: 120_000 });

const folders31 = Array.from({ length: 31 }, (_, index) => `f${index}`).join('/');

// Rule M5 read aloud: every path against every other.
function clashes(paths: readonly string[]): boolean {
  const keys = paths.map(foldCase);
  return keys.some((a, i) => keys.some((b, j) => i !== j && (a === b || b.startsWith(`${a}/`))));
}

describe('names and paths in normal form', () => {
  it.each([
    ['a'],
    ['a/b/c.txt'],
    ['.gitignore'],
    ['…/ünï/日本語/العربية/😀.tar.gz'],
    ['con1/auxiliary/nul_/xCON/COM10'],
    ['__proto__/constructor'],
    ['a b/- (2)'],
    [`${'ü'.repeat(127)}x`],
    [`${folders31}/a`],
    [`${'x'.repeat(204)}/`.repeat(4) + 'x'.repeat(204)],
  ])('M4 takes %s as it is', (path) => {
    expect(isNormalPath(path)).toBe(true);
    expect(cleanPaths([path])).toEqual([path]);
  });

  it.each([
    ['nothing', '', 'unnamed'],
    ['an absolute path', '/etc/passwd', 'etc/passwd'],
    ['an empty segment', 'a//b', 'a/b'],
    ['a segment .', 'a/./b', 'a/b'],
    ['a segment ..', '../a/../b', 'a/b'],
    ['only dots', 'a/...', 'a/unnamed'],
    ['a drive', 'C:\\a', 'C__a'],
    ['a backslash', 'a\\..\\b', 'a_.._b'],
    ['what Windows forbids', '<>:"|?*', '_______'],
    ['a control character', 'a\0b\n\u0085', 'a_b__'],
    ['a bidirectional override', 'a\u202etxt.exe', 'a_txt.exe'],
    ['a bidirectional isolate', '\u2067a', '_a'],
    ['a lone surrogate', 'a\ud800', 'a\ufffd'],
    ['another normalization form', 'e\u0301', '\u00e9'],
    ['a space in front', ' a', 'a'],
    ['spaces and dots behind', 'a . ./b', 'a/b'],
    ['a device', 'con', '_con'],
    ['a device with an extension', 'a/Nul.tar.gz', 'a/_Nul.tar.gz'],
    ['a device with a space', 'com1 .txt', '_com1 .txt'],
    ['a device with a superscript', 'LPT²', '_LPT²'],
    ['a segment of 256 bytes', 'x'.repeat(256), 'x'.repeat(255)],
    ['a long name with an extension', `${'x'.repeat(5000)}.txt`, `${'x'.repeat(251)}.txt`],
    ['a segment cut within a character', 'ü'.repeat(128), 'ü'.repeat(127)],
    ['a segment that is cut to a device', `con${' '.repeat(300)}x`, '_con'],
    ['a segment that is cut to spaces', `a${' '.repeat(300)}x`, 'a'],
    ['a long device', `con.${'x'.repeat(251)}`, `_con.${'x'.repeat(250)}`],
    ['33 segments', `${folders31}/a/b`, `${folders31}/b`],
    ['a path of 1025 bytes', `${'x'.repeat(204)}/`.repeat(4) + 'x'.repeat(205), undefined],
  ])('M4 refuses %s, and the sender cleans it', (_what, hostile, clean) => {
    expect(isNormalPath(hostile)).toBe(false);
    const [cleaned = ''] = cleanPaths([hostile]);
    expect(isNormalPath(cleaned)).toBe(true);
    if (clean !== undefined) expect(cleaned).toBe(clean);
  });

  it('M4 drops folders from a path that is too long, and keeps the name', () => {
    const folder = 'x'.repeat(204);
    const path = `${`${folder}/`.repeat(4)}${'y'.repeat(205)}`;
    expect(cleanPaths([path])).toEqual([`${`${folder}/`.repeat(3)}${'y'.repeat(205)}`]);
  });

  it('M6 a bundle has a name without separators', () => {
    expect([
      isNormalName('a b.c'),
      isNormalName('a/b'),
      isNormalName('..'),
      isNormalName(''),
    ]).toEqual([true, false, false, false]);
    expect([cleanName('a/b'), cleanName('..'), cleanName(' aux '), cleanName('')]).toEqual([
      'a_b',
      'unnamed',
      '_aux',
      'unnamed',
    ]);
  });

  it('M6 any text becomes a name, and a name stays', () => {
    fc.assert(
      fc.property(fc.oneof(hostilePaths, texts), (text) => {
        const name = cleanName(text);
        expect(isNormalName(name)).toBe(true);
        expect(cleanName(name)).toBe(name);
        if (isNormalName(text)) expect(name).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

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

  it.each([
    ['equal paths', ['a.txt', 'a.txt', 'a.txt'], ['a.txt', 'a (2).txt', 'a (3).txt']],
    ['paths equal without case', ['a/B', 'A/b'], ['a/B', 'A/b (2)']],
    ['paths equal in normal form', ['\u00e9', 'e\u0301'], ['\u00e9', '\u00e9 (2)']],
    ['paths that collide once cleaned', ['a:b.c', 'a?b.c'], ['a_b.c', 'a_b (2).c']],
    ['a name that is taken already', ['a', 'a', 'a (2)'], ['a', 'a (3)', 'a (2)']],
    ['a file before its folder', ['a', 'a/b'], ['a (2)', 'a/b']],
    ['a file behind its folder', ['A/b/c', 'a/B'], ['A/b/c', 'a/B (2)']],
    ['a name of dots', ['.a', '.a'], ['.a', '.a (2)']],
    [
      'segments of 255 bytes',
      ['x'.repeat(255), 'X'.repeat(255)],
      ['x'.repeat(255), `${'X'.repeat(251)} (2)`],
    ],
  ])('M5 numbers %s', (_what, paths, cleaned) => {
    expect(cleanPaths(paths)).toEqual(cleaned);
  });

  it('M5 numbers at the top where the folders leave no room', () => {
    const path = `${`${'x'.repeat(254)}/`.repeat(4)}abcd`;
    expect(utf8Length(path)).toBe(1024);
    expect(cleanPaths([path, path])).toEqual([path, 'abcd (2)']);
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
    // With one digit there is room for the last character, which tells them apart; with two there is not.
    const names = [`${'x'.repeat(250)}a`, `${'x'.repeat(250)}b`];
    const cleaned = cleanPaths(Array.from({ length: 12 }, () => names).flat());
    expect(clashes(cleaned)).toBe(false);
  });

  it('M5 compares as the file systems do that do not tell case', () => {
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
