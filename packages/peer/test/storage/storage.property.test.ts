import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createFileSource, createMemorySink } from '../../src/storage/index.ts';
import { piecesOf } from '../../src/testing/index.ts';
import { arbitraryBundle, expectedDigest } from '../support/storage.ts';

test(
  'D3 pieces stored in any order give the same files and the same digest as their source',
  () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryBundle(),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        async (bundle, keys, isSecondTime) => {
          const { manifest, contents } = bundle;
          const source = createFileSource({
            manifest,
            files: contents.map((bytes) => new Blob([bytes])),
          });
          const sink = createMemorySink({ manifest });
          const order = piecesOf(manifest)
            .map((piece) => ({ piece, key: keys.next().value }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ piece }) => piece);

          await Promise.all(
            [...order, ...(isSecondTime ? order : [])].map(async (piece) =>
              sink.store(piece, await source.load(piece)),
            ),
          );
          await sink.seal([]);

          for (const [file, bytes] of contents.entries()) {
            expect(Buffer.compare(await sink.fileBytes(file), bytes)).toBe(0);
          }
          const digests = await Promise.all([source.digest([]), sink.digest([])]);
          expect(digests).toEqual([expectedDigest(bundle), expectedDigest(bundle)]);
        },
      ),
      { numRuns: 20 },
    ),
  30_000,
);
