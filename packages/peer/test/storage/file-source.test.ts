import { openAsBlob } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LEAF_BYTES, PIECE_BYTES } from '@burritoshare/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { PlatformError, createFileSource } from '../../src/storage/index.ts';
import { bundleOf, manifestOf, patterned, piecesOf } from '../../src/testing/index.ts';
import type { Bundle } from '../../src/testing/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
});
afterEach(() => rm(folder, { recursive: true }));

const SIZE = 9 * PIECE_BYTES + 5;

async function onDisk({ contents }: Bundle): Promise<readonly [Blob, string]> {
  const path = join(folder, 'file');
  await writeFile(path, contents[0] ?? '');
  // A time that no later write can have.
  await utimes(path, 1_000_000_000, 1_000_000_000);
  return [await openAsBlob(path), path];
}

/** Counts the reads that reach the platform. */
function watched(blob: Blob): { readonly blob: Blob; readonly sizes: number[] } {
  const sizes: number[] = [];
  const slice = blob.slice.bind(blob);
  vi.spyOn(blob, 'slice').mockImplementation((start, end) => {
    sizes.push((end ?? 0) - (start ?? 0));
    return slice(start, end);
  });
  return { blob, sizes };
}

describe('a file on the disk', () => {
  test('is read piece by piece, whatever the order', async () => {
    const bundle = bundleOf([patterned(SIZE)]);
    const [blob] = await onDisk(bundle);
    const source = createFileSource({ manifest: bundle.manifest, files: [blob] });
    for (const piece of piecesOf(bundle.manifest).toReversed()) {
      const bytes = await source.load(piece);
      const { offset, length } = piece;
      expect(Buffer.compare(bytes, bundle.contents[0]!.subarray(offset, offset + length))).toBe(0);
    }
  });

  test.each([
    ['grew', (path: string) => appendFile(path, 'more')],
    ['shrank', (path: string) => truncate(path, PIECE_BYTES)],
    ['was written to', (path: string) => writeFile(path, patterned(SIZE, 7))],
    ['vanished', (path: string) => rm(path)],
  ])('that %s fails visibly, and not with wrong bytes', async (_, change) => {
    const bundle = bundleOf([patterned(SIZE)]);
    const [blob, path] = await onDisk(bundle);
    const source = createFileSource({ manifest: bundle.manifest, files: [blob] });
    const pieces = piecesOf(bundle.manifest);
    await source.load(pieces[0]!);
    await change(path);

    const loaded = source.load(pieces.at(-1)!);

    await expect(loaded).rejects.toBeInstanceOf(PlatformError);
    await expect(loaded).rejects.toMatchObject({ code: 'source.changed' });
  });

  test('that changed does not fail the others', async () => {
    const bundle = bundleOf([patterned(10), patterned(20)]);
    const [first, path] = await onDisk(bundle);
    const files = [first, new Blob([bundle.contents[1]!])];
    const source = createFileSource({ manifest: bundle.manifest, files });
    await rm(path);
    const [lost, kept] = piecesOf(bundle.manifest);

    await expect(source.load(lost!)).rejects.toMatchObject({ code: 'source.changed' });
    expect(await source.load(kept!)).toEqual(bundle.contents[1]);
  });
});

test('a file of another size or time than offered is refused before it is read', async () => {
  const bytes = patterned(10);
  const entry = { kind: 'file', path: 'a', size: 10, modified: 5, mediaType: '' } as const;
  const manifest = manifestOf([entry]);
  const [piece] = piecesOf(manifest);
  const load = (file: Blob) => createFileSource({ manifest, files: [file] }).load(piece!);

  await expect(load(new File([bytes], 'a', { lastModified: 6 }))).rejects.toMatchObject({
    code: 'source.changed',
  });
  await expect(load(new File([bytes, bytes], 'a', { lastModified: 5 }))).rejects.toMatchObject({
    code: 'source.changed',
  });
  expect(await load(new File([bytes], 'a', { lastModified: 5 }))).toEqual(bytes);
  // A blob has no time to compare.
  expect(await load(new Blob([bytes]))).toEqual(bytes);
});

test.each([
  ['NotFoundError', 'source.unreadable'],
  ['NotReadableError', 'source.changed'],
  ['SecurityError', 'source.unreadable'],
])('a read that rejects with %s fails with %s', async (name, code) => {
  const blob = new Blob([patterned(10)]);
  vi.spyOn(blob, 'arrayBuffer').mockRejectedValue(new DOMException('', name));
  const { manifest } = bundleOf([patterned(10)]);

  const loaded = createFileSource({ manifest, files: [blob] }).load(piecesOf(manifest)[0]!);

  await expect(loaded).rejects.toBeInstanceOf(PlatformError);
  await expect(loaded).rejects.toMatchObject({ code });
});

test('a slice of a larger file that rejects or comes back short fails that file', async () => {
  const bundle = bundleOf([patterned(6 * PIECE_BYTES)]);
  const blob = new Blob([bundle.contents[0]!]);
  const source = createFileSource({ manifest: bundle.manifest, files: [blob] });
  const slice = vi.spyOn(blob, 'slice');
  const refusing = new Blob();
  vi.spyOn(refusing, 'arrayBuffer').mockRejectedValue(new DOMException('', 'NotFoundError'));
  const [first] = piecesOf(bundle.manifest);

  slice.mockReturnValue(refusing);
  await expect(source.load(first!)).rejects.toMatchObject({ code: 'source.unreadable' });
  slice.mockReturnValue(new Blob([patterned(9)]));
  await expect(source.load(first!)).rejects.toMatchObject({ code: 'source.changed' });
});

test('a read that comes back short fails', async () => {
  const blob = new Blob([patterned(10)]);
  vi.spyOn(blob, 'arrayBuffer').mockResolvedValue(new ArrayBuffer(9));
  const { manifest } = bundleOf([patterned(10)]);

  const loaded = createFileSource({ manifest, files: [blob] }).load(piecesOf(manifest)[0]!);

  await expect(loaded).rejects.toMatchObject({ code: 'source.changed' });
});

test('a large file is read piece by piece, each once', async () => {
  const bundle = bundleOf([patterned(3 * PIECE_BYTES + 70_000)]);
  const { blob, sizes } = watched(new Blob([bundle.contents[0]!]));
  const source = createFileSource({ manifest: bundle.manifest, files: [blob] });
  await Promise.all(piecesOf(bundle.manifest).map((piece) => source.load(piece)));

  expect(sizes).toEqual([PIECE_BYTES, PIECE_BYTES, PIECE_BYTES, 70_000]);
});

test('a file of one piece is read as a whole, and no slice', async () => {
  const bundle = bundleOf([patterned(1000), patterned(PIECE_BYTES)]);
  const watches = bundle.contents.map((bytes) => watched(new Blob([bytes])));
  const reads = watches.map(({ blob }) => vi.spyOn(blob, 'arrayBuffer'));
  const source = createFileSource({
    manifest: bundle.manifest,
    files: watches.map(({ blob }) => blob),
  });
  for (const piece of piecesOf(bundle.manifest)) await source.load(piece);

  for (const read of reads) expect(read).toHaveBeenCalledOnce();
  expect(watches.map(({ sizes }) => sizes)).toEqual([[], []]);
});

describe('small files that are asked for together', () => {
  // One file more than are read together, and one that is read by itself.
  const SIZES = [...Array.from({ length: 257 }, (_, index) => 1000 + index), 70_000];

  function sourceOf(files: readonly Blob[], { manifest }: Bundle) {
    const source = createFileSource({ manifest, files });
    const read = vi.spyOn(Blob.prototype, 'arrayBuffer');
    return {
      loadAll: () =>
        Promise.allSettled(piecesOf(manifest).map(async (piece) => source.load(piece))),
      read,
    };
  }
  afterEach(() => vi.restoreAllMocks());

  test('are read as one, 256 at a time, and each gets its own bytes', async () => {
    const bundle = bundleOf(SIZES.map((size, index) => patterned(size, index)));
    const { loadAll, read } = sourceOf(
      bundle.contents.map((bytes) => new Blob([bytes])),
      bundle,
    );
    const loaded = await loadAll();

    expect(loaded).toEqual(bundle.contents.map((value) => ({ status: 'fulfilled', value })));
    expect(read).toHaveBeenCalledTimes(3);
  });

  test('fail alone', async () => {
    const bundle = bundleOf([patterned(1000), patterned(SIZE % PIECE_BYTES), patterned(2000, 3)]);
    const path = join(folder, 'file');
    await writeFile(path, bundle.contents[1]!);
    const files = [
      new Blob([bundle.contents[0]!]),
      await openAsBlob(path),
      new Blob([bundle.contents[2]!]),
    ];
    await rm(path);
    const [first, second, third] = await sourceOf(files, bundle).loadAll();

    expect(first).toEqual({ status: 'fulfilled', value: bundle.contents[0] });
    expect(second).toMatchObject({ reason: { code: 'source.changed' } });
    expect(third).toEqual({ status: 'fulfilled', value: bundle.contents[2] });
  });

  test.each([
    ['is shorter', (whole: Uint8Array) => whole.subarray(1)],
    ['is as long, but one file in it longer and another shorter', shiftMiddle],
  ])('are read one by one if the whole %s', async (_, change) => {
    const bundle = bundleOf([patterned(1000), patterned(2000, 3)]);
    const { loadAll, read } = sourceOf(
      bundle.contents.map((bytes) => new Blob([bytes])),
      bundle,
    );
    read.mockImplementationOnce(async function (this: Blob) {
      const whole = new Uint8Array(await new Response(this).arrayBuffer());
      return Uint8Array.from(change(whole)).buffer;
    });
    const loaded = await loadAll();

    expect(loaded).toEqual(bundle.contents.map((value) => ({ status: 'fulfilled', value })));
  });
});

/** Adds a byte to the first of two files, and takes one from the second. */
function shiftMiddle(whole: Uint8Array): Uint8Array {
  return Uint8Array.from([7, ...whole.subarray(0, 1500), ...whole.subarray(1501)]);
}

describe('the memory of a piece', () => {
  const detach = (memory: ArrayBuffer) =>
    structuredClone(memory, { transfer: [memory] }).byteLength;

  test('is freed once, when it is given back, and no other memory with it', async () => {
    const freed: number[] = [];
    const bundle = bundleOf([patterned(2 * PIECE_BYTES), patterned(70_000, 5)]);
    const files = bundle.contents.map((bytes) => new Blob([bytes]));
    const free = (memory: ArrayBuffer) => void freed.push(detach(memory));
    const source = createFileSource({ manifest: bundle.manifest, files, free });
    const loaded = await Promise.all(
      piecesOf(bundle.manifest).map(async (piece) => source.load(piece)),
    );
    expect(freed).toEqual([]);
    for (const bytes of [loaded[0]!, loaded[0]!, loaded[2]!]) source.release(bytes);

    expect(freed).toEqual([PIECE_BYTES, 70_000]);
    expect(Buffer.compare(loaded[1]!, bundle.contents[0]!.subarray(PIECE_BYTES))).toBe(0);
  });

  test('is freed when it was read to be compared', async () => {
    const bundle = bundleOf([patterned(PIECE_BYTES)]);
    const free = vi.fn<(memory: ArrayBuffer) => void>();
    const files = [new Blob([bundle.contents[0]!])];
    const source = createFileSource({ manifest: bundle.manifest, files, free });
    const [piece] = piecesOf(bundle.manifest);

    expect(await source.matches(piece!, new Uint8Array(LEAF_BYTES))).toBe(false);
    expect(free).toHaveBeenCalledOnce();
  });

  test('stays if other small files may have been read into it', async () => {
    const bundle = bundleOf([patterned(1000), patterned(2000, 3)]);
    const files = bundle.contents.map((bytes) => new Blob([bytes]));
    const source = createFileSource({
      manifest: bundle.manifest,
      files,
      free: (memory) => void detach(memory),
    });
    const [first, second] = await Promise.all(
      piecesOf(bundle.manifest).map(async (piece) => source.load(piece)),
    );
    source.release(first!);

    expect(second).toEqual(bundle.contents[1]);
  });
});

test('after close nothing is read, and reads under way reject', async () => {
  const bundle = bundleOf([patterned(100)]);
  const source = createFileSource({
    manifest: bundle.manifest,
    files: [new Blob([bundle.contents[0]!])],
  });
  const [piece] = piecesOf(bundle.manifest);
  const loading = source.load(piece!);
  source.close();

  await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  await expect(source.load(piece!)).rejects.toMatchObject({ name: 'AbortError' });
  await expect(source.digest([])).rejects.toMatchObject({ name: 'AbortError' });
});
