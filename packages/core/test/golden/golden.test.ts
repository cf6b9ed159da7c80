import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { byteFormats } from './golden-bytes.ts';
import { messageFormats } from './golden-messages.ts';
import { goldenFile } from './golden.ts';

// A round trip only checks both ends against each other: a change in both the writer and the reader passes it. These
// files check both ends against what they did before. `npm run golden` writes them anew; if a file changes, the format
// has changed.
const folder = fileURLToPath(new URL('./', import.meta.url));
const formats = { ...byteFormats, ...messageFormats };

describe('golden bytes', () => {
  test.each(Object.entries(formats))(
    '%s: what is written equals the file',
    async (name, format) => {
      await expect(goldenFile(format)).toMatchFileSnapshot(`${folder}${name}.json`);
    },
  );

  test.each(Object.entries(formats))('%s: reading gives back what was written', (_name, format) => {
    for (const [name, { value, read }] of Object.entries(format.vectors))
      expect(read, name).toEqual(value);
  });

  test('every file belongs to a format', () => {
    const known = Object.keys(formats).map((name) => `${name}.json`);
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(known).toEqual(expect.arrayContaining(files));
  });
});
