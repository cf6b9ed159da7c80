import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { utf8Length } from '../../src/bytes.ts';
import { SEGMENT_BYTES_MAX } from '../../src/constants.ts';
import { addPage, beginManifest } from '../../src/protocol/manifest.ts';
import { cleanName, isNormalName } from '../../src/protocol/names.ts';
import { cleanPaths, isNormalPath } from '../../src/protocol/paths.ts';
import { texts } from '../../src/testing/arbitraries.ts';
import { hostilePaths } from '../../src/testing/manifest-arbitraries.ts';
import vectors from '../../vectors/names.json' with { type: 'json' };
import { refusalOf } from '../support/attempt.ts';

// The manifest that a receiver reads if a file is offered under this path.
function offered(path: string): unknown {
  const offer = { type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 } as const;
  const entry = { kind: 'folder', path } as const;
  return addPage(beginManifest(offer), { type: 'page', page: 0, entries: [entry] });
}

const everyCodePoint = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));

/** One of the characters that a pattern matches. */
function codePoints(pattern: RegExp): fc.Arbitrary<string> {
  const taken = everyCodePoint.filter((character) => pattern.test(character));
  return fc.nat(taken.length - 1).map((index) => taken[index] ?? '');
}

const ignorables = codePoints(/\p{DI}/u);

// Words as people write them: a letter or digit, and at most two marks on it.
const ordinaryWords = fc
  .array(
    fc
      .tuple(
        codePoints(/(?!\p{DI})[\p{L}\p{Nd}]/u),
        fc.array(codePoints(/(?!\p{DI})\p{M}/u), { maxLength: 2 }),
      )
      .map(([letter, marks]) => letter + marks.join('')),
    { minLength: 1, maxLength: 8 },
  )
  .map((letters) => letters.join(''));

const pictographs = fc.oneof(
  codePoints(/(?=\p{Emoji_Presentation})\p{Extended_Pictographic}/u),
  codePoints(/(?!\p{Emoji_Presentation})\p{Extended_Pictographic}/u).map((one) => `${one}\ufe0f`),
  fc
    .tuple(codePoints(/\p{Emoji_Modifier_Base}/u), codePoints(/\p{Emoji_Modifier}/u))
    .map((pair) => pair.join('')),
);
const emoji = fc.oneof(
  fc.array(pictographs, { minLength: 1, maxLength: 4 }).map((all) => all.join('\u200d')),
  fc
    .array(codePoints(/\p{Regional_Indicator}/u), { minLength: 2, maxLength: 2 })
    .map((two) => two.join('')),
  fc.constantFrom(...Array.from('0123456789#')).map((key) => `${key}\ufe0f\u20e3`),
  fc
    .array(codePoints(/[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]/u), { minLength: 3, maxLength: 6 })
    .map((tags) => `\u{1f3f4}${tags.join('')}\u{e007f}`),
);

describe('names and paths in normal form', () => {
  it.each(vectors.accepted)('M4 takes $what as it is', ({ path }) => {
    expect(isNormalPath(path)).toBe(true);
    expect(cleanPaths([path])).toEqual([path]);
  });

  it.each(vectors.cleaned)('M4 M6 refuses $what, and the sender cleans it', ({ path, becomes }) => {
    expect(refusalOf(() => offered(path))).toBe(vectors.refused);
    expect(cleanPaths([path])).toEqual([becomes]);
    expect(isNormalPath(becomes)).toBe(true);
  });

  it('M4 refuses a lone surrogate, which no JSON file can hold', () => {
    expect([isNormalPath('a\ud800'), cleanPaths(['a\ud800'])]).toEqual([false, ['a\ufffd']]);
  });

  it('M4 takes letters, marks and digits of every script', () => {
    fc.assert(
      fc.property(fc.array(ordinaryWords, { minLength: 1, maxLength: 4 }), (words) => {
        const name = `${words.join(' ')}.txt`.normalize('NFC');
        fc.pre(utf8Length(name) <= SEGMENT_BYTES_MAX);
        expect(cleanName(name)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });

  it('M4 takes emoji of every kind', () => {
    fc.assert(
      fc.property(fc.array(emoji, { minLength: 1, maxLength: 4 }), (all) => {
        const name = all.join('');
        expect(cleanName(name)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });

  it('M4 leaves no invisible character in a word of a script that does not join', () => {
    const words = fc.constantFrom('file', 'Отчёт', 'λόγος', 'カナ', '한글', 'שלום', 'x1');
    fc.assert(
      fc.property(words, words, ignorables, (before, after, hidden) => {
        expect(isNormalName(before + hidden + after)).toBe(false);
        expect(cleanName(before + hidden + after)).toBe(before + after);
      }),
      { numRuns: 1000 },
    );
  });

  it('M4 an older Unicode takes characters that a newer one defined: no pattern asks for assigned letters', () => {
    const unassigned = codePoints(/(?!\p{Noncharacter_Code_Point}|\p{DI})\p{Cn}/u);
    fc.assert(
      fc.property(unassigned, unassigned, (a, b) => {
        expect(isNormalName(`${a}\u200d${b}\u200c.txt`)).toBe(true);
      }),
    );
  });

  it('M6 keeps both ends of a path that is too long, and its files together', () => {
    const folder = Array.from({ length: 40 }, (_, level) => `${level}-`.padEnd(30, 'x'));
    const path = folder.join('/');
    const [one = '', two = ''] = cleanPaths([`${path}/1.txt`, `${path}/2.txt`]);
    expect(isNormalPath(one)).toBe(true);
    expect(one.startsWith(`${folder.slice(0, 11).join('/')}/`)).toBe(true);
    expect(one.endsWith(`/${folder.slice(-11).join('/')}/1.txt`)).toBe(true);
    expect(one.split('/')).toContain('…');
    expect(two).toBe(one.replace(/1\.txt$/, '2.txt'));
  });

  it('M6 only the ends of a name are read, however long it is', () => {
    const folded = vi.spyOn(String.prototype, 'normalize');
    for (const unit of ['\u180b', '\u200d\u094d', '\u0301', ' .', '👩\u200d']) {
      expect(isNormalName(cleanName(unit.repeat(1_000_000)))).toBe(true);
    }
    const read = folded.mock.contexts.map((text) => String(text).length);
    folded.mockRestore();
    expect(Math.max(...read)).toBeLessThan(3000);
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
