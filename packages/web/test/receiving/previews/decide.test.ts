import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  decide,
  HEAD_BYTES,
  IMAGE_BYTES_MAX,
  PDF_BYTES_MAX,
  PIXELS_MAX,
  SVG_BYTES_MAX,
} from '../../../src/receiving/previews/decide.ts';
import { pixelsIn } from '../../../src/receiving/previews/pixels.ts';

/** Bytes of parts: a text has one for each character, a number is one, a list goes on. */
function bytes(...parts: readonly (string | number | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'number') return [part];
      return typeof part === 'string' ? Array.from(part, (one) => one.charCodeAt(0)) : part;
    }),
  );
}

const of32 = (value: number) => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const of16 = (value: number) => [(value >>> 8) & 255, value & 255];
const little = (value: number, length: number) =>
  Array.from({ length }, (_, at) => Math.floor(value / 256 ** at) % 256);

const zeros = (length: number) => Array.from({ length }, () => 0);

/** The head of a picture of each format with these sides. */
const PICTURES = {
  png: (width: number, height: number) =>
    bytes('\x89PNG\r\n\x1a\n', of32(13), 'IHDR', of32(width), of32(height)),
  jpg: (width: number, height: number) =>
    bytes(
      [0xff, 0xd8],
      [0xff, 0xe0, ...of16(4), 0, 0],
      [0xff, 0xff, 0xc2, ...of16(11), 8, ...of16(height), ...of16(width)],
    ),
  gif: (width: number, height: number) => bytes('GIF89a', little(width, 2), little(height, 2)),
  webp: (width: number, height: number) =>
    bytes('RIFF', zeros(4), 'WEBPVP8X', zeros(8), little(width - 1, 3), little(height - 1, 3)),
  avif: (width: number, height: number) =>
    bytes(of32(24), 'ftypavif', zeros(4), 'mif1avif', 'ispe', zeros(4), of32(width), of32(height)),
  bmp: (width: number, height: number) =>
    bytes('BM', zeros(16), little(width, 4), little(2 ** 32 - height, 4)),
} as const;

const SMALL = {
  ...Object.fromEntries(Object.entries(PICTURES).map(([name, make]) => [name, make(640, 480)])),
  svg: bytes('<?xml version="1.0"?>\n<svg xmlns="x">'),
  mp3: bytes('ID3', 4),
  m4a: bytes(of32(24), 'ftypM4A '),
  ogg: bytes('OggS'),
  wav: bytes('RIFF', zeros(4), 'WAVEfmt '),
  flac: bytes('fLaC'),
  mp4: bytes(of32(24), 'ftypisom'),
  webm: bytes([0x1a, 0x45, 0xdf, 0xa3]),
  mov: bytes(of32(8), 'wide'),
  pdf: bytes('%PDF-1.7'),
} as Readonly<Record<string, Uint8Array>>;

const AS: Readonly<Record<string, string>> = {
  svg: 'svg',
  pdf: 'pdf',
  mp3: 'audio',
  m4a: 'audio',
  ogg: 'audio',
  wav: 'audio',
  flac: 'audio',
  mp4: 'video',
  webm: 'video',
  mov: 'video',
};

describe('what a name says', () => {
  test.each(Object.keys(SMALL))('is shown where the first bytes agree: %s', (ending) => {
    expect(decide(`a.${ending}`, 100, SMALL[ending]!).as).toBe(AS[ending] ?? 'image');
  });

  test.each(Object.keys(SMALL))('is not shown where they are those of a page: %s', (ending) => {
    const page = bytes('<!doctype html><script>alert(1)</script>');
    expect(decide(`a.${ending}`, page.length, page)).toEqual({ as: 'nothing', why: 'other' });
    expect(decide(`a.${ending}`, 0, new Uint8Array())).toEqual({ as: 'nothing', why: 'other' });
  });

  test('is never taken from the bytes', () => {
    expect(decide('a.exe', 100, SMALL['png']!)).toEqual({ as: 'nothing', why: 'unknown' });
    expect(decide('a.png', 100, SMALL['jpg']!)).toEqual({ as: 'nothing', why: 'other' });
  });
});

test('pages, scripts and texts are letters, whatever they say', () => {
  const page = bytes('<!doctype html><script>alert(1)</script>');
  for (const name of ['a.html', 'a.htm', 'a.js', 'a.xml', 'a.txt', 'a.csv'])
    expect(decide(name, page.length, page)).toEqual({ as: 'text', encoding: 'utf-8' });
  expect(decide('a.txt', 0, new Uint8Array())).toEqual({ as: 'text', encoding: 'utf-8' });
  expect(decide('a.txt', 4, bytes([0xff, 0xfe], 'a', 0))).toEqual({
    as: 'text',
    encoding: 'utf-16le',
  });
  expect(decide('a.txt', 4, bytes([0xfe, 0xff], 0, 'a'))).toEqual({
    as: 'text',
    encoding: 'utf-16be',
  });
  expect(decide('a.txt', 3, bytes('a', 0, 'b'))).toEqual({ as: 'nothing', why: 'other' });
});

test('sounds and films have no bound, since they are played as they are read', () => {
  for (const ending of ['wav', 'mp4', 'webm'])
    expect(decide(`a.${ending}`, 2 ** 40, SMALL[ending]!).as).not.toBe('nothing');
});

test.each([
  ['png', IMAGE_BYTES_MAX],
  ['svg', SVG_BYTES_MAX],
  ['pdf', PDF_BYTES_MAX],
])('%s is shown up to %d bytes', (ending, most) => {
  expect(decide(`a.${ending}`, most, SMALL[ending]!).as).not.toBe('nothing');
  expect(decide(`a.${ending}`, most + 1, SMALL[ending]!)).toEqual({ as: 'nothing', why: 'large' });
});

describe.each(Object.entries(PICTURES))('a picture, %s', (ending, make) => {
  const format = ending === 'jpg' ? 'jpeg' : (ending as 'png');

  test('tells its sides, in a part of a larger buffer, too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_000 }),
        fc.integer({ min: 1, max: 16_000 }),
        (width, height) => {
          const head = make(width, height);
          expect(pixelsIn(format, head)).toBe(width * height);
          expect(pixelsIn(format, bytes(7, 7, 7, Array.from(head)).subarray(3))).toBe(
            width * height,
          );
        },
      ),
    );
  });

  test('is too large with more pixels than there is memory for, however few bytes it has', () => {
    expect(decide(`a.${ending}`, 5_000, make(10_000, PIXELS_MAX / 10_000)).as).toBe('image');
    expect(decide(`a.${ending}`, 5_000, make(10_000, PIXELS_MAX / 10_000 + 1))).toEqual({
      as: 'nothing',
      why: 'large',
    });
  });
});

test('the other kinds of WebP tell their sides, too', () => {
  const [width, height] = [640, 480];
  const lossless = (width - 1) | ((height - 1) << 14);
  const head = bytes('RIFF', zeros(4), 'WEBPVP8L', zeros(4), 0x2f, little(lossless, 4));
  expect(pixelsIn('webp', head)).toBe(width * height);
  const lossy = bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(10), little(width, 2), little(height, 2));
  expect(pixelsIn('webp', lossy)).toBe(width * height);
});

test('any bytes under any name lead to a decision', () => {
  const names = fc.constantFrom(...Object.keys(SMALL), 'txt', 'exe').map((ending) => `a.${ending}`);
  const heads = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .tuple(fc.constantFrom(...Object.values(SMALL)), fc.uint8Array({ maxLength: 64 }), fc.nat(40))
      .map(([head, more, cut]) => bytes(Array.from(head).slice(0, cut), Array.from(more))),
  );
  fc.assert(
    fc.property(names, heads, (name, head) => {
      expect(['image', 'svg', 'audio', 'video', 'text', 'pdf', 'nothing']).toContain(
        decide(name, head.length, head).as,
      );
    }),
  );
});

test('a head of zeros and markers is read in a moment', () => {
  for (const ending of Object.keys(PICTURES)) {
    const head = new Uint8Array(HEAD_BYTES).fill(0xff);
    head.set(SMALL[ending]!.subarray(0, 12));
    expect(decide(`a.${ending}`, HEAD_BYTES, head).as).toBeDefined();
  }
});
