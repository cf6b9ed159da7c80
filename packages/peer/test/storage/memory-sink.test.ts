import { PIECE_BYTES } from '@burritoshare/core';
import { expect, test } from 'vitest';

import { PlatformError, createFileSource, createMemorySink } from '../../src/storage/index.ts';
import type { ReceivedFiles } from '../../src/storage/index.ts';
import {
  bundleOf,
  bytesOf,
  manifestOf,
  patterned,
  piecesOf,
  sinkContract,
} from '../../src/testing/index.ts';
import { expectedDigest } from '../support/storage.ts';

const contract = sinkContract({
  async make(manifest) {
    const sink = createMemorySink({ manifest, save: async () => 'observed' });
    return { sink, fileBytes: (file) => sink.fileBytes(file) };
  },
});
for (const { name, run } of contract) test(name, run);

test('a bundle above the limit is refused before a byte of it is taken', () => {
  const { manifest } = bundleOf([patterned(11)]);

  expect(() => createMemorySink({ manifest, limit: 10 })).toThrow(PlatformError);
  expect(() => createMemorySink({ manifest, limit: 10 })).toThrow(
    expect.objectContaining({ code: 'memory.limit' }),
  );
  expect(() => createMemorySink({ manifest, limit: 11 })).not.toThrow();
});

test('D2 both ends leave out the same failed files', async () => {
  const bundle = bundleOf([patterned(5), patterned(2 * PIECE_BYTES, 1), patterned(7, 2)]);
  const { manifest, contents } = bundle;
  const absent = [{ file: 1, code: 'source.changed' }] as const;
  const source = createFileSource({ manifest, files: contents.map((bytes) => new Blob([bytes])) });
  const sink = createMemorySink({ manifest });
  // The file failed after its first piece.
  for (const piece of piecesOf(manifest)) {
    if (piece.file !== 1 || piece.index === 0) await sink.store(piece, await source.load(piece));
  }

  expect(await source.digest(absent)).toEqual(expectedDigest(bundle, [1]));
  expect(await sink.digest(absent)).toEqual(expectedDigest(bundle, [1]));
});

test('a digest of pieces that are missing is refused, not made up', async () => {
  const { manifest } = bundleOf([patterned(5)]);

  await expect(createMemorySink({ manifest }).digest([])).rejects.toMatchObject({ code: 'state' });
});

test('a view of a larger buffer is stored as itself', async () => {
  const bundle = bundleOf([patterned(100)]);
  const sink = createMemorySink({ manifest: bundle.manifest });
  const larger = patterned(300, 9);
  larger.set(bundle.contents[0]!, 50);
  const [piece] = piecesOf(bundle.manifest);
  await sink.store(piece!, larger.subarray(50, 150));
  larger.fill(0);
  await sink.seal([]);

  expect(await sink.fileBytes(0)).toEqual(bundle.contents[0]);
});

test('save hands over what arrived, in the turn of the call', async () => {
  const bundle = bundleOf([patterned(5), patterned(6, 1)]);
  const calls: [ReceivedFiles, string][] = [];
  const sink = createMemorySink({
    manifest: bundle.manifest,
    save: async (files, method) => {
      calls.push([files, method]);
      return 'observed';
    },
  });
  for (const piece of piecesOf(bundle.manifest)) await sink.store(piece, bytesOf(bundle, piece));
  const absent = [{ file: 1, code: 'source.changed' }] as const;
  await sink.seal(absent);

  const saved = sink.save('folder');

  expect(calls).toHaveLength(1);
  const [files, method] = calls[0]!;
  expect(method).toBe('folder');
  expect(files.absent).toEqual(absent);
  const { blob, start, end } = files.rangeOf(0);
  expect(new Uint8Array(await blob.slice(start, end).arrayBuffer())).toEqual(bundle.contents[0]);
  expect(await saved).toBe('observed');
});

test('save without a saver, and anything before seal or after discard, is a mistake of the caller', async () => {
  const manifest = manifestOf([
    { kind: 'file', path: 'empty', size: 0, modified: null, mediaType: '' },
    { kind: 'folder', path: 'folder' },
  ]);
  const sink = createMemorySink({ manifest });
  await expect(sink.save('download')).rejects.toMatchObject({ code: 'state' });
  await expect(sink.fileBytes(0)).rejects.toMatchObject({ code: 'state' });
  await sink.seal([]);
  expect(await sink.fileBytes(0)).toEqual(new Uint8Array());
  expect((await sink.read(0)).size).toBe(0);
  for (const entry of [1, 2, -1])
    await expect(sink.read(entry)).rejects.toMatchObject({ code: 'argument' });
  await expect(sink.save('download')).rejects.toMatchObject({ code: 'state' });
  await expect(sink.fileBytes(2)).rejects.toMatchObject({ code: 'argument' });
  await sink.discard();
  await sink.discard();
  await expect(sink.fileBytes(0)).rejects.toMatchObject({ code: 'state' });
});
