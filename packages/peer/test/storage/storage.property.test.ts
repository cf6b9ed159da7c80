import {
  addPiece,
  concatBytes,
  createPlan,
  emptyPieces,
  parcelOf,
  piecesInParcel,
  piecesOfFile,
} from '@burritoshare/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createFileSource, createMemorySink } from '../../src/storage/index.ts';
import { piecesOf } from '../../src/testing/index.ts';
import { arbitraryBundle, expectedDigest } from '../support/storage.ts';

test(
  'D3 F8 pieces stored in any order, alone or in packs, give the same files and digest as their source',
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
          const plan = createPlan(manifest);
          const pieces = piecesOf(manifest).map(({ ordinal, file }) => {
            const pick = keys.next().value % 6;
            return { ordinal, pack: piecesOfFile(plan, file).count === 1 ? pick : 5 };
          });
          const packs = [0, 1, 2].map((pack) => pieces.filter((piece) => piece.pack === pack));
          const alone = pieces.filter(({ pack }) => pack > 2).map((piece) => [piece]);
          const order = [...packs, ...alone]
            .flatMap(
              (some) =>
                parcelOf(some.map(({ ordinal }) => ordinal).reduce(addPiece, emptyPieces)) ?? [],
            )
            .map((parcel) => ({ parcel, key: keys.next().value }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ parcel }) => parcel);

          await Promise.all(
            [...order, ...(isSecondTime ? order : [])].map(async (parcel) => {
              const loads = piecesInParcel(plan, parcel).map((piece) => source.load(piece));
              return sink.store(parcel, concatBytes(...(await Promise.all(loads))));
            }),
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
