import { createLinkSecrets, createManifest, encodeUtf8 } from '@burritoshare/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { KeptBundle } from '../../src/sending/kept/kept-bundle.ts';
import { openBundle, sealBundle } from '../../src/sending/kept/sealed-bundle.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((drawn) => Uint8Array.from(drawn));

const bundles: fc.Arbitrary<KeptBundle> = fc
  .record({
    token: bytes(32),
    secret: bytes(16),
    privateKey: bytes(32),
    created: fc.maxSafeNat(),
    asksFirst: fc.boolean(),
    once: fc.boolean(),
  })
  .map((drawn) => ({
    ...drawn,
    id: createLinkSecrets(drawn).room,
    manifest: createManifest('The surprise', [
      { kind: 'file', path: 'geschenk für ana.txt', size: 3, modified: 5, mediaType: 'text/plain' },
    ]),
    roots: [],
  }));

/** Whether `some` occurs anywhere in `all`. */
function has(all: Uint8Array, some: Uint8Array): boolean {
  return Buffer.from(all).includes(Buffer.from(some));
}

test('a sealed bundle can be read with its key, and reveals nothing without it', async () => {
  await fc.assert(
    fc.asyncProperty(bundles, bytes(32), bytes(32), async (bundle, key, other) => {
      const stored = await sealBundle(key, bundle);
      expect(await openBundle(key, stored)).toEqual(bundle);
      expect(await openBundle(other, stored)).toBeUndefined();
      for (const secret of [bundle.token, bundle.secret, bundle.privateKey])
        expect(has(stored.sealed, secret)).toBe(false);
      expect(has(stored.sealed, encodeUtf8('geschenk'))).toBe(false);
      expect(has(stored.sealed, encodeUtf8('surprise'))).toBe(false);
    }),
    { numRuns: 30 },
  );
});

test('a record that was changed, cut or put under another id is refused', async () => {
  await fc.assert(
    fc.asyncProperty(bundles, bytes(32), fc.nat(), fc.nat(7), async (bundle, key, at, bit) => {
      const stored = await sealBundle(key, bundle);
      const sealed = stored.sealed.slice();
      const place = at % sealed.length;
      sealed[place] = (sealed[place] ?? 0) ^ (1 << bit);
      expect(await openBundle(key, { ...stored, sealed })).toBeUndefined();
      expect(
        await openBundle(key, { ...stored, sealed: stored.sealed.slice(0, place) }),
      ).toBeUndefined();
      expect(await openBundle(key, { ...stored, id: 'A'.repeat(22) })).toBeUndefined();
    }),
    { numRuns: 30 },
  );
  for (const value of [undefined, null, 1, {}, { id: 1, sealed: 'x' }])
    expect(await openBundle(new Uint8Array(32), value)).toBeUndefined();
});
