import { createLinkSecrets, createManifest } from '@burritoshare/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readKeptBundle, type KeptBundle } from '../../src/sending/kept/kept-bundle.ts';

const drawn = {
  token: new Uint8Array(32).fill(1),
  secret: new Uint8Array(16).fill(2),
  privateKey: new Uint8Array(32).fill(3),
};

const bundle: KeptBundle = {
  id: createLinkSecrets(drawn).room,
  created: 1_700_000_000_000,
  manifest: createManifest('Trip', [
    { kind: 'file', path: 'trip/a.txt', size: 3, modified: 5, mediaType: 'text/plain' },
    { kind: 'file', path: 'trip/b', size: 0, modified: null, mediaType: '' },
    { kind: 'folder', path: 'trip/empty', size: 0, modified: null, mediaType: '' },
  ]),
  ...drawn,
  asksFirst: true,
  once: false,
  roots: [],
};

const [file, ...others] = bundle.manifest.entries;

/** Records that a crash, a bug or a person with the developer tools may leave. */
const broken: readonly (readonly [string, Record<string, unknown>])[] = [
  ['the room of another token', { id: 'A'.repeat(22) }],
  ['a token of another length', { token: new Uint8Array(31) }],
  ['a token in another form', { token: Array.from(drawn.token) }],
  ['a secret of another length', { secret: new Uint8Array(15) }],
  ['a key of another length', { privateKey: new Uint8Array(33) }],
  ['no time', { created: undefined }],
  ['a time that is none', { created: Number.NaN }],
  ['a wish that is none', { asksFirst: 'no' }],
  ['no handles', { roots: undefined }],
  ['something else for a handle', { roots: [null] }],
  ['a handle of no kind', { roots: [{ kind: 'socket' }] }],
  ['no manifest', { manifest: undefined }],
  ['a sum that is not the files’', { manifest: { ...bundle.manifest, bytes: 4 } }],
  ['a name that is none', { manifest: { ...bundle.manifest, name: 'a/b' } }],
  [
    'a path that leads out',
    { manifest: { ...bundle.manifest, entries: [{ ...file, path: '../a' }, ...others] } },
  ],
  [
    'paths that clash',
    { manifest: { ...bundle.manifest, entries: [file, ...others, { ...file, size: 0 }] } },
  ],
  [
    'a size that is none',
    { manifest: { ...bundle.manifest, entries: [{ ...file, size: '3' }, ...others] } },
  ],
];

describe('the record of a kept bundle', () => {
  test('is read as it was stored', () => {
    expect(readKeptBundle(structuredClone(bundle))).toEqual(bundle);
    const many = createManifest(
      'Many',
      Array.from({ length: 3_000 }, (_, index) => ({
        kind: 'file' as const,
        path: `many/${index}`,
        size: index,
        modified: index,
        mediaType: '',
      })),
    );
    expect(readKeptBundle({ ...bundle, manifest: many })?.manifest).toEqual(many);
  });

  test('keeps its handles', () => {
    const roots = [{ kind: 'file' }, { kind: 'directory' }];
    expect(readKeptBundle({ ...bundle, roots })?.roots).toEqual(roots);
  });

  test.each(broken)('is refused with %s', (_, change) => {
    expect(readKeptBundle({ ...bundle, ...change })).toBeUndefined();
  });

  test('is refused, without an exception, for any other value', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(bundle)), (value, key) => {
        expect(readKeptBundle(value)).toBeUndefined();
        // A field replaced by another of its kind may still be sound. It must not throw.
        readKeptBundle({ ...bundle, [key]: value });
      }),
    );
  });
});
