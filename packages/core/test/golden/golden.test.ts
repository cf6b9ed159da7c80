import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { byteFormats } from './golden-bytes.ts';
import { messageFormats } from './golden-messages.ts';
import { goldenFile } from './golden.ts';

// A round trip holds both ends to each other only: what is changed in writer and reader alike passes it. These files
// hold both ends to what they were. `npm run golden` writes them anew; a file that changes is a change of format.
const folder = fileURLToPath(new URL('./', import.meta.url));
const formats = { ...byteFormats, ...messageFormats };

describe('golden bytes', () => {
  test.each(Object.entries(formats))(
    '%s: what is written is what the file holds',
    async (name, format) => {
      await expect(goldenFile(format)).toMatchFileSnapshot(`${folder}${name}.json`);
    },
  );

  test.each(Object.entries(formats))('%s: what is written is read as it was', (_name, format) => {
    for (const [name, { value, read }] of Object.entries(format.vectors))
      expect(read, name).toEqual(value);
  });

  test('no file is left of a format that is gone', () => {
    const known = Object.keys(formats).map((name) => `${name}.json`);
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(known).toEqual(expect.arrayContaining(files));
  });
});
