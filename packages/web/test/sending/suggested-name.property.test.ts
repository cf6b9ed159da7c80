import { cleanName, isNormalName } from '@burritoshare/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { suggestedName } from '../../src/sending/source/suggested-name.ts';

const file = (path: string, mediaType = '') => ({ kind: 'file' as const, path, mediaType });
const text = (path: string) => ({ kind: 'text' as const, path, mediaType: 'text/plain' });
const folder = (path: string) => ({ kind: 'folder' as const, path, mediaType: '' });

describe('a name is suggested', () => {
  test.each([
    ['the only file’s', [file('Report.pdf')], 'Report.pdf'],
    ['the only folder’s', [file('Lisbon/a.jpg'), file('Lisbon/b/c.txt')], 'Lisbon'],
    ['the only folder’s, also an empty one', [folder('Empty')], 'Empty'],
    ['photos', [file('a.jpg', 'image/jpeg'), file('b.png', 'image/png')], '2 photos'],
    ['photos of a phone', [file('a.HEIC'), file('b.jpg', 'image/jpeg')], '2 photos'],
    ['photos in folders', [file('a/1.jpg'), file('a/2.jpg'), file('b/1.jpg')], '3 photos'],
    ['videos', [file('a.mp4', 'video/mp4'), file('b.MKV')], '2 videos'],
    ['songs', ['1.mp3', '2.flac', '3.opus', '4.m4a'].map((path) => file(path)), '4 songs'],
    ['files of one extension', [file('one.txt', 'text/plain'), file('two.txt')], '2 files'],
    ['drawings', [file('a.svg', 'image/svg+xml'), file('b.svg', 'image/svg+xml')], '2 files'],
    ['TypeScript', [file('a.ts', 'video/mp2t'), file('b.ts', 'video/mp2t')], '2 files'],
    ['songs and a list', [file('1.mp3'), file('all.m3u', 'audio/x-mpegurl')], '1.mp3 and 1 more'],
    ['a mix', [file('lake.jpg'), file('notes.txt'), file('tent.jpg')], 'lake.jpg and 2 more'],
    ['folders of a mix', [file('a/1.txt'), file('b/2.pdf'), file('b/3.jpg')], 'a and 1 more'],
    ['a file and an empty folder', [file('a.txt'), folder('b')], 'a.txt and 1 more'],
    ['no extensions', [file('LICENSE'), file('README')], 'LICENSE and 1 more'],
    ['the only text’s, which is no file name', [text('Shopping list.txt')], 'Shopping list'],
    ['texts', [text('a.txt'), text('b.txt')], '2 texts'],
    ['a text and a file that is one', [text('a.txt'), file('b.txt')], 'a.txt and 1 more'],
    ['hidden files', [file('.bashrc'), file('.profile')], '.bashrc and 1 more'],
    ['names that no disk takes', [file('a?.txt'), file('b.pdf')], 'a_.txt and 1 more'],
  ])('%s', (_, entries, name) => {
    expect(suggestedName(entries)).toBe(name);
  });

  test('thousands, the same wherever it is made', () => {
    const photos = Array.from({ length: 1_234 }, (_, index) => file(`${index}.jpg`));
    expect(suggestedName(photos)).toBe('1,234 photos');
  });
});

test('M6 any suggestion is in normal form, whatever the disk has', () => {
  const paths = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), {
    minLength: 1,
    maxLength: 3,
  });
  const entries = fc.array(
    fc.record({
      kind: fc.constantFrom('file' as const, 'text' as const, 'folder' as const),
      path: fc.oneof(
        paths.map((parts) => parts.join('/')),
        fc.string(),
      ),
      mediaType: fc.oneof(
        fc.constantFrom('image/jpeg', 'audio/mpeg', 'Video/MP4', ''),
        fc.string(),
      ),
    }),
  );
  fc.assert(
    fc.property(entries, (list) => {
      expect(isNormalName(suggestedName(list))).toBe(true);
    }),
  );
});

test('one top entry gives its name', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (top, below) => {
      const name = top.replaceAll('/', '');
      const entries = below.map((path) => file(`${name}/${path}`));
      expect(suggestedName([file(name), ...entries])).toBe(cleanName(name));
    }),
  );
});

test('several are counted: each of a kind, or those beside the first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.boolean(), (count, isMixed) => {
      const songs = Array.from({ length: count }, (_, index) => file(`${index}.mp3`));
      if (isMixed) songs[count - 1] = file('z.txt');
      expect(suggestedName(songs)).toBe(isMixed ? `0.mp3 and ${count - 1} more` : `${count} songs`);
    }),
  );
});
