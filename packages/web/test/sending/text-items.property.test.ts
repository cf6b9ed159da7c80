import { createManifest, foldCase, isNormalName } from '@burritoshare/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nameOfText, textItems } from '../../src/sending/texts/text-items.ts';

describe('a text is called', () => {
  test.each([
    ['by its first line', 'Shopping list\n\nbeans', 'Shopping list.txt'],
    ['by its first line that is one', '\n  \r\n Shopping list\r\nbeans', 'Shopping list.txt'],
    [
      'by whole words, if the line is long',
      'Bring the tortillas and the two limes from the kitchen, please.',
      'Bring the tortillas and the two limes.txt',
    ],
    ['by the beginning of a word that is too long', 'x'.repeat(90), `${'x'.repeat(40)}.txt`],
    ['without the punctuation behind it', 'See you there, then…', 'See you there, then.txt'],
    ['by the site of a link', ' https://www.example.org/a?b=c#d and so on', 'example.org.txt'],
    ['by what is no link after all', 'https://', 'https___.txt'],
    ['in any script', '買い物リスト', '買い物リスト.txt'],
    ['as a disk takes it', 'a/b: c?', 'a_b_ c.txt'],
    ['so that no device is meant', 'CON', '_CON.txt'],
    ['a text, if there is no word', '--- !!! ---', 'Text.txt'],
    ['a text, if it is blank', ' \n\t', 'Text.txt'],
    ['a text, if nothing can be seen', '\u200b\u2060', 'Text.txt'],
  ])('%s', (_, text, name) => {
    expect(nameOfText(text)).toBe(name);
  });

  test('M6 M9 a name in normal form that ends in .txt, whatever is in it', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: 'grapheme' }),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const name = nameOfText(text);
        expect([name, isNormalName(name)]).toEqual([name, true]);
        expect(name).toMatch(/.\.txt$/su);
      }),
    );
  });
});

describe('texts that are handed over', () => {
  test('M5 have names that no other entry has, so that none has to change', () => {
    const names = fc.constantFrom('a', 'A', 'b', 'a.txt', 'A (2).txt', 'a (2).txt', 'Text.txt', '');
    fc.assert(
      fc.property(fc.array(names), fc.array(names), (texts, tops) => {
        const paths = [...new Set(tops.map((top) => `${top || 'x'}/below`))];
        const items = textItems(texts, paths);
        const own = items.map(({ entry }) => entry.path);
        const taken = [...own, ...paths.map((path) => path.slice(0, path.indexOf('/')))];
        const keys = own.map(foldCase);
        for (const key of keys)
          expect(taken.map(foldCase).filter((one) => one === key)).toHaveLength(1);
        const { entries } = createManifest(
          'test',
          items.map(({ entry }) => entry),
        );
        expect(entries.map(({ path, renamed }) => [path, renamed])).toEqual(
          own.map((path) => [path, undefined]),
        );
      }),
    );
  });

  test('have their bytes as UTF-8', async () => {
    const [item] = textItems(['Größe 🌯\n']);
    expect(item?.entry).toEqual({
      kind: 'text',
      path: 'Größe 🌯.txt',
      size: 13,
      modified: null,
      mediaType: 'text/plain',
    });
    expect(await item?.file?.text()).toBe('Größe 🌯\n');
  });
});
