import type { ManifestEntry } from '@burritoshare/core';
import { expect, test } from 'vitest';

import { isSingleFile, summaryOf, tallyOf, tallyWords } from '../../src/delivery/summary.ts';

const FILE: ManifestEntry = { kind: 'file', path: 'a', size: 5, modified: null, mediaType: '' };
const TEXT: ManifestEntry = { kind: 'text', path: 'a.txt', size: 2 };
const FOLDER: ManifestEntry = { kind: 'folder', path: 'b' };

test.each([
  ['1 file, 9 bytes', [FILE]],
  ['1 text, 9 bytes', [TEXT]],
  ['2 texts, 9 bytes', [TEXT, TEXT]],
  ['2 files and 1 text, 9 bytes', [FILE, TEXT, FILE]],
  ['1 file and 2 texts, 1 empty folder, 9 bytes', [TEXT, FOLDER, TEXT, FILE]],
  ['1 text, 2 empty folders, 9 bytes', [FOLDER, TEXT, FOLDER]],
  ['1 empty folder, 9 bytes', [FOLDER]],
] as const)('M9 what there is in a bundle is counted by its kind: %s', (words, entries) => {
  expect(summaryOf(entries, 9).replaceAll('\u00a0', ' ')).toBe(words);
});

test('what is lost is not counted, whatever its kind', () => {
  expect(tallyWords(tallyOf([FILE, TEXT, FOLDER], [{ file: 1 }]))).toBe('1 file');
  expect(tallyWords(tallyOf([FILE, TEXT], [{ file: 0 }]))).toBe('1 text');
  expect(tallyWords(tallyOf([FILE], [{ file: 0 }]))).toBe('0 files');
});

test('a text alone is handed over as it is, as a file is', () => {
  expect([[FILE], [TEXT], [FOLDER], [FILE, TEXT]].map((list) => isSingleFile(list, []))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
