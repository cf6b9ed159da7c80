import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { copy } from '../examples/embed.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test.each([0, 1, 16_384, 1_048_576, 40_000_001])('the embedded core copies %i bytes', (length) => {
  const source = new Uint8Array(randomBytes(length));

  expect(Buffer.from(copy(source)).equals(source)).toBe(true);
});

test.each(['../../../README.md', '../README.md'])('%s shows the example as it runs', (path) => {
  expect(read(path)).toContain(read('../examples/embed.ts').trim());
});
