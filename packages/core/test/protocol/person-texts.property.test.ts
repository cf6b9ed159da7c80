import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { utf8Length } from '../../src/bytes.ts';
import { NOTE_BYTES_MAX, PERSON_BYTES_MAX } from '../../src/constants.ts';
import {
  cleanNote,
  cleanPersonName,
  isNormalNote,
  isNormalPersonName,
} from '../../src/protocol/person-texts.ts';
import { texts } from '../../src/testing/arbitraries.ts';
import { hostilePaths } from '../../src/testing/manifest-arbitraries.ts';

const hostile = fc.oneof(
  texts,
  hostilePaths,
  fc.array(texts, { maxLength: 200 }).map((parts) => parts.join('\u202e\n')),
);

describe.each([
  ['a person’s name', cleanPersonName, isNormalPersonName, PERSON_BYTES_MAX],
  ['a note', cleanNote, isNormalNote, NOTE_BYTES_MAX],
] as const)('N11 %s', (_, clean, isNormal, bytes) => {
  it('is normal once it is cleaned, and cleaning it again changes nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = clean(text);
        if (line === undefined) return;
        expect(isNormal(line)).toBe(true);
        expect(clean(line)).toBe(line);
        expect(utf8Length(JSON.stringify(line)) - 2).toBeLessThanOrEqual(bytes);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is taken as people write it', () => {
    for (const text of ['Ana', 'Zoë & "Bo"', 'C:\\ or /home?', 'नमस्ते', 'می‌خواهم', '👩‍👩‍👧 🌯', '...'])
      expect(clean(text)).toBe(text);
  });

  it('is one visible line', () => {
    expect(clean(' a\r\n\tb\u2028c ')).toBe('a b c');
    expect(clean('a\u202e\u2066\u200bb')).toBe('ab');
    expect([clean(''), clean(' \n\u200b\u2800')]).toEqual([undefined, undefined]);
  });

  it('loses its end where it is too long, counted as JSON has it', () => {
    expect(clean('x'.repeat(bytes))).toBe('x'.repeat(bytes));
    expect(clean('x'.repeat(bytes + 1))).toBe(`${'x'.repeat(bytes - 3)}…`);
    expect(clean('"'.repeat(bytes))).toBe(`${'"'.repeat(Math.floor((bytes - 3) / 2))}…`);
  });
});
