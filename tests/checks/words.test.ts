import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { root } from '../../scripts/lib/root.mjs';

/** The rows of the table below the heading `Words`, as word and meaning. */
function wordsOf(page: string): ReadonlyMap<string, string> {
  const [, table = ''] = readFileSync(join(root, page), 'utf8').split(/^## Words$/m);
  const [section = ''] = table.split(/^## /m);
  const rows = [...section.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, word = '', meaning = '']) => [word, meaning] as const,
  );
  return new Map(rows.slice(1).filter(([word]) => !word.startsWith('-')));
}

test('SPEC.md and the map of the code define the same words in the same order', () => {
  const all = wordsOf('docs/architecture.md');
  const ofProtocol = wordsOf('packages/core/SPEC.md');
  expect(ofProtocol.size).toBeGreaterThan(10);
  const shared = [...all].filter(([word]) => ofProtocol.has(word));
  expect([...ofProtocol]).toEqual(shared);
});
