import { expect, test } from 'vitest';

import { formatOf } from '../../../src/receiving/previews/formats.ts';

test.each([
  ['lake.jpg', 'jpeg'],
  ['LAKE.JPEG', 'jpeg'],
  ['trip/to the lake/a.b.png', 'png'],
  ['drawing.svg', 'svg'],
  ['notes.md', 'text'],
  ['index.html', 'text'],
  ['main.rs', 'text'],
  ['paper.pdf', 'pdf'],
  ['film.mov', 'mov'],
])('%s is %s by its name', (path, format) => {
  expect(formatOf(path)).toBe(format);
});

test.each([
  'lake',
  'lake.',
  '.png',
  'png',
  'trip.png/lake',
  'setup.exe',
  'a.__proto__',
  'a.constructor',
  '',
])('"%s" is nothing that is shown', (path) => {
  expect(formatOf(path)).toBeUndefined();
});
