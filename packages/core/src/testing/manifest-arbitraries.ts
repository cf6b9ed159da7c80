import * as fc from 'fast-check';

import { CHUNK_BYTES, PIECE_BYTES, TEXT_BYTES_MAX } from '../constants.ts';
import { createManifest, type ManifestSource } from '../protocol/manifest.ts';
import type { Manifest } from '../protocol/types.ts';
import { texts } from './arbitraries.ts';

// prettier-ignore
const hostileNames = fc.constantFrom(
  '', '.', '..', '...', ' ', ' a', 'a ', 'a.', 'CON', 'con.txt', 'nul .x', 'LPT¹', 'COM1.tar.gz',
  'a:b', 'a\\b', 'C:\\', '<a>', '"', 'a|b', 'a?', 'a*', 'a\0b', 'a\nb', '\u007f', '\u0085',
  '\u202efdp.exe', 'a\u2066b', '\ud800', 'a\udc00', '\u0301', 'e\u0301', 'é', 'É', 'straße', 'STRASSE',
  'Σ', 'ς', 'ﬁ', 'FI', 'İ', 'a', 'A', 'b', 'a (2)', 'a.txt', 'A.TXT', '.a', '__proto__', 'constructor',
  'x'.repeat(255), 'x'.repeat(256), 'ü'.repeat(128), `${'y'.repeat(5000)}.txt`, '.'.repeat(300),
  'a\u200b', '.\u200b.', 'C\u200bON', '\ufeff', '\u3164', 'a\u2028', '\u3000a\u00a0', `a${'\u2800'.repeat(9)}.exe`,
  'ن\u200cن', '\u200cن', 'ن\u200c\u200b', '👩\u200d👧', '👩\u200da', '\u{1f3f4}\u{e0067}\u{e0062}', '葛\u{e0100}\u{e0101}',
  `z${'\u0301'.repeat(40)}`, `न${'\u094d\u200d'.repeat(9)}`, 'a?', `${'x'.repeat(150)}1${'y'.repeat(150)}`,
  `con${' '.repeat(300)}x`, `a.${'z'.repeat(300)}`, '😀'.repeat(64),
);

/** Paths that a platform, a person or an attacker could use, often colliding. */
export const hostilePaths: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof({ arbitrary: hostileNames, weight: 4 }, texts), { maxLength: 6 })
    .map((names) => names.join('/')),
  fc
    .tuple(hostileNames, fc.integer({ min: 1, max: 60 }))
    .map(([name, depth]) => `${name}/`.repeat(depth) + name),
);

/** Sizes around the edges of chunks, pieces and 32 bits. */
export const fileSizes: fc.Arbitrary<number> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0, CHUNK_BYTES, PIECE_BYTES, 3 * PIECE_BYTES, 2 ** 32),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([edge, beside]) => Math.max(0, edge + beside)),
  fc.nat(4 * PIECE_BYTES),
);

/** Files and empty folders as a platform names them. */
const platformSources: fc.Arbitrary<ManifestSource> = fc.record({
  kind: fc.constantFrom('file', 'file', 'file', 'folder'),
  path: hostilePaths,
  size: fileSizes,
  modified: fc.option(fc.oneof(fc.maxSafeInteger(), fc.double())),
  mediaType: fc.oneof(fc.constantFrom('', 'text/plain', 'Text/HTML; charset=utf-8'), fc.string()),
});

/** Sizes that a text may have, also the most (rule M9). */
export const textSizes: fc.Arbitrary<number> = fc.oneof(
  fc.nat(TEXT_BYTES_MAX),
  fc.constantFrom(0, TEXT_BYTES_MAX),
);

/** Texts, whatever the folder and the name: a program gives them names that end in `.txt`. */
export const textSources: fc.Arbitrary<ManifestSource> = fc.record({
  kind: fc.constant('text' as const),
  path: fc.tuple(hostilePaths, hostileNames).map(([folder, name]) => `${folder}/t${name}.txt`),
  size: textSizes,
  modified: fc.option(fc.maxSafeInteger()),
  mediaType: fc.string(),
});

/** Everything that a manifest can be made of. */
export const manifestSources: fc.Arbitrary<ManifestSource> = fc.oneof(
  { weight: 4, arbitrary: platformSources },
  { weight: 1, arbitrary: textSources },
);

/** Manifests that keep to every rule. */
export const manifests: fc.Arbitrary<Manifest> = fc
  .tuple(texts, fc.array(manifestSources, { maxLength: 12 }))
  .map(([name, sources]) => createManifest(name, sources));
