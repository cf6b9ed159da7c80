import { utf8Length } from '@burritoshare/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  baseName,
  contentDisposition,
  downloadType,
  numberedName,
} from '../../src/receiving/saving/file-names.ts';

describe('a name with a number', () => {
  test.each([
    ['a.txt', 'a (2).txt'],
    ['archive.tar.gz', 'archive.tar (2).gz'],
    ['folder', 'folder (2)'],
    ['.profile', '.profile (2)'],
  ])('of %s is %s', (name, numbered) => {
    expect(numberedName(name, 2)).toBe(numbered);
  });

  test('M4: differs from the old name, keeps its ending, and stays short enough for a file system', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
        fc.constantFrom('', '.txt', '.ж'),
        fc.integer({ min: 2, max: 99_999 }),
        (stem, ending, number) => {
          fc.pre(!stem.includes('.') && utf8Length(stem + ending) <= 255);
          const numbered = numberedName(stem + ending, number);
          expect(numbered).not.toBe(stem + ending);
          expect(numbered.endsWith(` (${number})${ending}`)).toBe(true);
          expect(utf8Length(numbered)).toBeLessThanOrEqual(255);
          expect(stem.startsWith(numbered.slice(0, numbered.lastIndexOf(' (')))).toBe(true);
        },
      ),
    ));
});

/** Any string, also with lone surrogates. */
const codeUnits = fc
  .array(fc.oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xffff })))
  .map((units) => String.fromCharCode(...units));

describe('Content-Disposition', () => {
  test('carries any name in ASCII, and decodes to the same name', () =>
    fc.assert(
      fc.property(codeUnits, (name) => {
        const header = contentDisposition(name);
        expect(header).toMatch(
          /^attachment; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/,
        );
        expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name.toWellFormed());
      }),
    ));

  test('can’t be ended by a name', () => {
    expect(contentDisposition('a"; filename="b\r\nX: y')).toBe(
      'attachment; filename="a_; filename=_b__X: y"; filename*=UTF-8\'\'a%22%3B%20filename%3D%22b%0D%0AX%3A%20y',
    );
  });
});

test.each([
  ['text/html', 'application/octet-stream'],
  ['image/svg+xml', 'application/octet-stream'],
  ['application/pdf', 'application/octet-stream'],
  ['application/vnd.mozilla.xul+xml', 'application/octet-stream'],
  ['application/vnd.ms-excel; x', 'application/octet-stream'],
  ['', 'application/octet-stream'],
  ['application/zip', 'application/zip'],
  ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
])('a received file of type %o is handed to the browser as %s', (given, handed) => {
  expect(downloadType(given)).toBe(handed);
});

test('the last segment of a path is its name', () => {
  expect(baseName('a/b/c.txt')).toBe('c.txt');
  expect(baseName('c.txt')).toBe('c.txt');
});
