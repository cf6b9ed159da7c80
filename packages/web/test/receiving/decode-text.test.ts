import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeText } from '../../src/receiving/texts/decode-text.ts';

function bytesOf(...bytes: readonly number[]): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

test('M9 every text arrives as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodeText(Uint8Array.from(new TextEncoder().encode(text)).buffer)).toBe(text);
    }),
  );
});

test.each([
  ['a byte that begins nothing', [0xff]],
  ['a character that is cut off', [0x41, 0xe2, 0x82]],
  ['a character that is written too long', [0xc0, 0xaf]],
  ['half of a pair', [0xed, 0xa0, 0x80]],
  ['UTF-16', [0xff, 0xfe, 0x41, 0x00]],
])('M9 bytes that are no UTF-8 are no text: %s', (_, bytes) => {
  expect(decodeText(bytesOf(...bytes))).toBeUndefined();
});

test('a byte order mark is no character of it', () => {
  expect(decodeText(bytesOf(0xef, 0xbb, 0xbf, 0x41))).toBe('A');
});
