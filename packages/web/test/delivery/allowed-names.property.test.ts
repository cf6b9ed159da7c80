import { utf8Length } from '@burritoshare/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { downloadName, folderName, isListed } from '../../src/delivery/allowed-names.ts';
import probed from './fixtures/picked-folder.json' with { type: 'json' };
import { names } from './support/names.ts';

/** `1-1f 22` as code points. */
function codePoints(ranges: string): ReadonlySet<number> {
  return new Set(
    ranges.split(' ').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map((hex) => Number.parseInt(hex, 16));
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
}

const inside = codePoints(probed.codePoints.refusedInside);
const atStart = codePoints(probed.codePoints.refusedAtStart);
const atEnd = codePoints(probed.codePoints.refusedAtEnd);

/** Whether a name has a character that the probe refused. The lists hold whole names and endings. */
function hasRefusedCharacter(name: string): boolean {
  const points = Array.from(name, (character) => character.codePointAt(0) ?? 0);
  const first = points.find((point, index) => index > 0 || point !== 0x2e) ?? 0x2e;
  return (
    points.some((point) => inside.has(point)) ||
    atStart.has(first) ||
    (name.startsWith('.') && first === 0x2e) ||
    atEnd.has(points.at(-1) ?? 0)
  );
}

describe('a name in a folder that the person chose', () => {
  test.each([...probed.refused, ...probed.tooLong])('refused, so changed: %j', (name) => {
    expect(folderName(name)).not.toBe(name);
  });

  test.each(probed.taken)('taken, so kept: %j', (name) => {
    expect(folderName(name)).toBe(name);
  });

  test('each code point is handled as the probe found, inside, in front and behind', () => {
    const forms = [
      [inside, (character: string) => `a${character}b.txt`],
      [atStart, (character: string) => `${character}a.txt`],
      [atEnd, (character: string) => `a.txt${character}`],
    ] as const;
    const others: string[] = [];
    for (let point = 1; point < 0x3_0000; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      for (const [refused, form] of forms) {
        const name = form(String.fromCodePoint(point));
        if (refused.has(point) === (folderName(name) === name)) others.push(name);
      }
    }
    expect(others).toEqual([]);
  });

  test('is accepted for any input, doesn’t change a second time, and fits with `.crswap`', () => {
    fc.assert(
      fc.property(names, (name) => {
        const allowed = folderName(name);
        expect(hasRefusedCharacter(allowed)).toBe(false);
        expect(folderName(allowed)).toBe(allowed);
        expect(utf8Length(`${allowed}.crswap`)).toBeLessThanOrEqual(255);
      }),
    );
  });

  test.each([
    ['Thumbs.db', '_Thumbs.db'],
    ['می\u200cخواهم.txt', 'میخواهم.txt'],
    ['👨\u200d👩\u200d👧.png', '👨👩👧.png'],
    ['~$report.docx', '_$report.docx'],
    ['.~lock.a#', '._lock.a#'],
    ['notes.txt~', 'notes.txt_'],
    ['link.URL', 'link.URL.download'],
    ['.git', '_.git'],
    ['.gitignore', '.gitignore'],
    [`${'x'.repeat(251)}.txt`, `${'x'.repeat(244)}.txt`],
  ])('the nearest to %j is %j', (name, allowed) => {
    expect(folderName(name)).toBe(allowed);
  });
});

describe('a name under which a file is downloaded', () => {
  test.each([
    ['.bashrc', '_bashrc'],
    ['~a', '_a'],
    ['a\u200db', 'ab'],
    ['a%20b.txt', 'a_20b.txt'],
    ['100%.txt', '100%.txt'],
    ['a.desktop', 'a.desktop.download'],
    ['größe 🌯.txt', 'größe 🌯.txt'],
  ])('%j is %j', (name, downloaded) => {
    expect(downloadName(name)).toBe(downloaded);
  });

  test('for any input fits with all that a browser adds, has no dot in front, and doesn’t change a second time', () => {
    fc.assert(
      fc.property(names, (name) => {
        const downloaded = downloadName(name);
        expect(utf8Length(`${downloaded} (99).crdownload`)).toBeLessThanOrEqual(255);
        expect(downloaded).not.toMatch(/^\.|%[\da-f]{2}/i);
        expect(hasRefusedCharacter(downloaded)).toBe(false);
        expect(downloadName(downloaded)).toBe(downloaded);
      }),
    );
  });
});

test('a path is listed in a chosen folder only if each of its names is accepted there', () => {
  expect(isListed('a/b/c.txt')).toBe(true);
  expect(isListed('a/Thumbs.db')).toBe(false);
  expect(isListed('می\u200cخواهم/a.txt')).toBe(false);
  expect(isListed('x'.repeat(255))).toBe(true);
});
