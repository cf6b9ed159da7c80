import { crc32 as referenceCrc32 } from 'node:zlib';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { crc32 } from '../../src/receiving/saving/crc32.ts';
import type { ReceivedEntry } from '../../src/receiving/saving/received.ts';
import { planZip } from '../../src/receiving/saving/zip.ts';
import { layOutZip, type ZipItem } from '../../src/receiving/saving/zip-layout.ts';
import { readZip, type ReadEntry, type ZipPart } from './support/read-zip.ts';

/** Bytes. */
const GIB = 2 ** 30;

const NOW = Date.UTC(2026, 10, 28, 12);

function file(path: string, size: number, modified = NOW): ZipItem {
  return { kind: 'file', path, size, modified };
}

/** A made-up sum for contents that are left out, different for each file. The sum of no bytes is 0. */
const sumOf = ({ size }: ZipItem, index: number): number => (size === 0 ? 0 : index);

/** A ZIP without its contents. */
function sparse(items: readonly ZipItem[]): readonly ZipPart[] {
  const layout = layOutZip(items);
  const parts: ZipPart[] = [];
  for (const [index, item] of items.entries()) {
    parts.push(layout.header(index), item.size, layout.descriptor(index, sumOf(item, index)));
  }
  const zip = [...parts, layout.directory(items.map(sumOf))];
  const size = zip.reduce<number>(
    (sum, part) => sum + (typeof part === 'number' ? part : part.length),
    0,
  );
  expect(size).toBe(layout.size);
  return zip;
}

function only(modified: number): ReadEntry {
  const [entry] = readZip(sparse([file('a', 0, modified)]));
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

test.each([
  ['a byte below 4 GiB − 1', [4 * GIB - 2]],
  ['4 GiB − 1, which a field of 32 bits can’t say', [4 * GIB - 1]],
  ['4 GiB', [4 * GIB]],
  ['several beyond 4 GiB', [5 * GIB, 1, 9 * GIB, 0]],
  ['small ones, of which the last begin beyond 4 GiB', [3 * GIB, 3 * GIB, 5, 3 * GIB]],
  ['a directory that begins beyond 4 GiB', [3 * GIB, 2 * GIB]],
  ['2^53 − 1 bytes, but for the records', [2 ** 53 - 4096]],
])('a ZIP64 field holds exactly what overflows: %s', (_, sizes) => {
  const items = sizes.map((size, index) => file(`${index}.bin`, size));
  const read = readZip(sparse(items));
  expect(read.map(({ size }) => size)).toEqual(sizes);
  expect(read.map(({ sum }) => sum)).toEqual(items.map(sumOf));
});

test.each([65_534, 65_535, 65_536])('%i entries', (count) => {
  const items = Array.from({ length: count }, (_, index) => file(`${index}`, 0));
  expect(readZip(sparse(items))).toHaveLength(count);
});

test('a strict reader accepts it with any names, sizes and times', () => {
  const items = fc.array(
    fc.record({
      kind: fc.constantFrom('file', 'file', 'folder'),
      path: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((path) => `${path}.`),
      size: fc.oneof(fc.nat(1000), fc.integer({ min: 4 * GIB - 200, max: 4 * GIB + 200 })),
      modified: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -(2 ** 42), max: 2 ** 42 })),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(items, (drawn) => {
      const all = drawn.map((one) => (one.kind === 'folder' ? { ...one, size: 0 } : one));
      const read = readZip(sparse(all));
      expect(read.map(({ name, size }) => [name, size])).toEqual(
        all.map(({ kind, path, size }) => [
          (kind === 'folder' ? `${path}/` : path).toWellFormed(),
          size,
        ]),
      );
    }),
  );
});

test.each([
  ['1601, the first of NTFS', Date.UTC(1601, 0, 1), '1980-01-01T00:00:00', 'windows'],
  ['1904, the first of old Macs', Date.UTC(1904, 0, 1), '1980-01-01T00:00:00', 'both'],
  ['1970', 0, '1980-01-01T00:00:00', 'both'],
  ['1979', new Date(1979, 11, 31, 23, 59, 59).getTime(), '1980-01-01T00:00:00', 'both'],
  ['1980', new Date(1980, 0, 1).getTime(), '1980-01-01T00:00:00', 'both'],
  ['today', new Date(2026, 10, 28, 4, 5, 7).getTime(), '2026-11-28T04:05:06', 'both'],
  ['2038', new Date(2040, 1, 3, 4, 5, 6).getTime(), '2040-02-03T04:05:06', 'windows'],
  ['2107', new Date(2107, 11, 31, 23, 59, 59).getTime(), '2107-12-31T23:59:58', 'windows'],
  ['2108', new Date(2108, 0, 2).getTime(), '2107-12-31T23:59:58', 'windows'],
  ['far away', 2 ** 53 - 1, '2107-12-31T23:59:58', 'none'],
  ['before 1601', Date.UTC(1600, 11, 31), '1980-01-01T00:00:00', 'none'],
])('a time is exact in UTC, and the nearest that DOS has: %s', (_, modified, dosTime, fields) => {
  const entry = only(modified);
  expect(entry.dosTime).toBe(dosTime);
  expect(entry.unixTime).toBe(fields === 'both' ? Math.floor(modified / 1000) : undefined);
  expect(entry.windowsTime).toBe(fields === 'none' ? undefined : modified);
});

test('CRC-32 equals that of zlib, in any division of the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const sum = crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)));
      expect(sum).toBe(referenceCrc32(bytes));
    }),
  );
});

test('a stream is the planned ZIP, and a file with no known time gets the time of saving', async () => {
  const blob = new Blob(['hello', 'world']);
  const part = (path: string, start: number, end: number): ReceivedEntry => ({
    kind: 'file',
    entry: { kind: 'file', path, size: end - start, modified: null, mediaType: '' },
    range: { blob, start, end },
  });
  const text: ReceivedEntry = {
    kind: 'file',
    entry: { kind: 'text', path: 'Text.txt', size: 5 },
    range: { blob, start: 5, end: 10 },
  };
  const entries = [part('a/größe 🌯', 0, 5), part('b', 5, 10), part('empty', 3, 3), text];
  const zip = planZip([...entries, { kind: 'folder', path: 'c' }], NOW);
  const bytes = new Uint8Array(await new Response(zip.stream()).arrayBuffer());
  expect(bytes).toHaveLength(zip.size);
  expect(readZip([bytes])).toMatchObject([
    { name: 'a/größe 🌯', size: 5, sum: referenceCrc32('hello'), unixTime: NOW / 1000 },
    { name: 'b', size: 5, sum: referenceCrc32('world') },
    { name: 'empty', size: 0, sum: 0 },
    { name: 'Text.txt', size: 5, sum: referenceCrc32('world'), unixTime: NOW / 1000 },
    { name: 'c/', isFolder: true, unixTime: NOW / 1000 },
  ]);
});
