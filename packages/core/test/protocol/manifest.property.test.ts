import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { utf8Length } from '../../src/bytes.ts';
import {
  CONTROL_BYTES_MAX,
  FILES_MAX,
  MANIFEST_BYTES_MAX,
  PAGE_BYTES,
  TEXT_BYTES_MAX,
} from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import {
  addPage,
  beginManifest,
  createManifest,
  finishManifest,
  isWhole,
  pagesOf,
  type ManifestSource,
  type PartialManifest,
} from '../../src/protocol/manifest.ts';
import { isNormalName } from '../../src/protocol/names.ts';
import { findClash, isNormalPath } from '../../src/protocol/paths.ts';
import { hasBytes, type Manifest, type ManifestEntry } from '../../src/protocol/types.ts';
import { manifests, manifestSources, textSources } from '../../src/testing/manifest-arbitraries.ts';
import { mutatedJson } from '../../src/testing/mutated.ts';
import { attempt, misuseOf, refusalOf } from '../support/attempt.ts';

type Offer = Extract<ControlMessage, { readonly type: 'offer' }>;

function fileOf(path: string, size = 1): ManifestEntry {
  return { kind: 'file', path, size, modified: null, mediaType: '' };
}

function textOf(path: string, size = 1): ManifestEntry {
  return { kind: 'text', path, size };
}

/** Rule M9. */
function isText(entry: ManifestEntry): boolean {
  return hasBytes(entry) && entry.size <= TEXT_BYTES_MAX && entry.path.endsWith('.txt');
}

function sourcesOf(count: number, path: (index: number) => string): readonly ManifestSource[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'file',
    path: path(index),
    size: index,
    modified: null,
    mediaType: 'text/plain',
  }));
}

/** The result of the other side's messages for a receiver: a manifest, or undefined while pages are missing. */
function collect(messages: readonly ControlMessage[]): Manifest | undefined {
  let partial: PartialManifest | undefined;
  for (const message of messages) {
    if (message.type === 'offer') partial = beginManifest(message);
    if (message.type === 'page' && partial !== undefined) partial = addPage(partial, message);
  }
  return partial !== undefined && isWhole(partial) ? finishManifest(partial) : undefined;
}

/** How pages are refused after an offer that fits them, except for the changes in `offer`. */
function refusalOfPages(
  pages: readonly (readonly ManifestEntry[])[],
  offer: Partial<Offer> = {},
): string {
  const entries = pages.flat();
  const bytes = entries.reduce((sum, entry) => sum + (hasBytes(entry) ? entry.size : 0), 0);
  const fitting: Offer = {
    type: 'offer',
    name: 'test',
    files: entries.length,
    bytes,
    pages: pages.length,
  };
  const messages = pages.map((group, page) => ({ type: 'page' as const, page, entries: group }));
  return refusalOf(() => collect([{ ...fitting, ...offer }, ...messages]));
}

function travel(messages: readonly ControlMessage[]): readonly ControlMessage[] {
  return messages.map((message) => parseControlMessage(encodeControlMessage(message)));
}

describe('a manifest on its way', () => {
  it('M1 a receiver collects what a sender offers', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(collect(travel(pagesOf(manifest)))).toEqual(manifest);
      }),
    );
  });

  it.each([[10_000], [FILES_MAX]])('M3 takes %d files, in pages that each fit', (count) => {
    const manifest = createManifest(
      'many',
      sourcesOf(count, (index) => `folder ${index % 100}/名 ${index}`),
    );
    const messages = pagesOf(manifest);
    for (const message of messages.slice(1)) {
      const text = encodeControlMessage(message);
      const entries = message.type === 'page' ? JSON.stringify(message.entries) : '';
      expect(utf8Length(text)).toBeLessThanOrEqual(CONTROL_BYTES_MAX);
      expect(utf8Length(entries)).toBeLessThanOrEqual(PAGE_BYTES + 1);
    }
    // Compared as text: comparing 50,000 objects takes longer than making them.
    expect(JSON.stringify(collect(travel(messages)))).toBe(JSON.stringify(manifest));
  });

  it('M1 pages of one entry each are collected as well', () => {
    const { name, entries, bytes } = createManifest(
      'many',
      sourcesOf(FILES_MAX, (index) => `${index}`),
    );
    const pages = entries.map((entry, page) => ({ type: 'page' as const, page, entries: [entry] }));
    const offer = {
      type: 'offer' as const,
      name,
      files: entries.length,
      bytes,
      pages: pages.length,
    };
    expect(collect([offer, ...pages])?.entries).toEqual(entries);
  });

  it('M1 adding a page leaves the partial manifest as it was', () => {
    const offer: Offer = { type: 'offer', name: 'test', files: 2, bytes: 2, pages: 2 };
    const first = addPage(beginManifest(offer), { type: 'page', page: 0, entries: [fileOf('a')] });
    const before = structuredClone(first);
    const names = ['b', 'c'].map((path) => {
      const whole = addPage(first, { type: 'page', page: 1, entries: [fileOf(path)] });
      return finishManifest(whole).entries.map((entry) => entry.path);
    });
    expect(names).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(refusalOf(() => addPage(first, { type: 'page', page: 1, entries: [fileOf('A')] }))).toBe(
      'violation',
    );
    expect(first).toEqual(before);
  });

  it('M1 an offer that is not whole makes no manifest', () => {
    const partial = beginManifest({ type: 'offer', name: 'test', files: 1, bytes: 0, pages: 1 });
    expect(isWhole(partial)).toBe(false);
    expect(misuseOf(() => finishManifest(partial))).toBe('state');
  });

  it('M1 to M6 whatever comes, a manifest keeps the rules or is refused', () => {
    const cases = manifests.chain((manifest) => {
      const texts = pagesOf(manifest).map(encodeControlMessage);
      const mutated = texts.map((text) =>
        fc.oneof(fc.constant(text), mutatedJson(fc.constant(text))),
      );
      return fc.tuple(...mutated);
    });
    fc.assert(
      fc.property(cases, (texts) => {
        const manifest = attempt(() => collect(texts.map(parseControlMessage)));
        if (manifest === undefined || manifest instanceof RemoteProtocolError) return;
        const paths = manifest.entries.map((entry) => entry.path);
        expect(paths.filter((path) => !isNormalPath(path))).toEqual([]);
        expect([isNormalName(manifest.name), findClash(paths)]).toEqual([true, undefined]);
        const sizes = manifest.entries.map((entry) => (hasBytes(entry) ? entry.size : 0));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(manifest.bytes);
        const ofTexts = manifest.entries.filter(({ kind }) => kind === 'text');
        expect(ofTexts.filter((entry) => !isText(entry))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a receiver’s refusals', () => {
  it.each([
    ['M1 more files than offered', [[fileOf('a'), fileOf('b')]], { files: 1 }],
    ['M1 fewer files than offered', [[fileOf('a')]], { files: 2 }],
    ['M1 more bytes than offered', [[fileOf('a', 5)], [fileOf('b', 0)]], { bytes: 4 }],
    ['M1 fewer bytes than offered', [[fileOf('a', 5)]], { bytes: 6 }],
    [
      'M1 more pages than offered',
      [[fileOf('a')], [fileOf('b')]],
      { pages: 1, files: 1, bytes: 1 },
    ],
    ['M1 more pages than files', [[fileOf('a')]], { pages: 2 }],
    ['M1 files without pages', [], { files: 1 }],
    ['M1 bytes without files', [], { bytes: 1 }],
    ['M1 a page without entries', [[fileOf('a')], [], [fileOf('b'), fileOf('c')]], {}],
    [
      'M1 a page that leaves none for the next',
      [[fileOf('a'), fileOf('b')], [fileOf('c')]],
      { files: 2 },
    ],
    ['M2 a folder that is not empty', [[{ kind: 'folder', path: 'a' }, fileOf('a/b')]], {}],
    ['M5 the same path on two pages', [[fileOf('a')], [fileOf('a')]], {}],
    ['M5 the same path in other case', [[fileOf('a/é'), fileOf('A/É')]], {}],
    ['M5 a file that is a folder', [[fileOf('a/b/c')], [fileOf('A')]], {}],
    ['M9 a text over TEXT_BYTES_MAX', [[textOf('a.txt', TEXT_BYTES_MAX + 1)]], {}],
    ['M9 a text that is not saved as one', [[textOf('a.txt.exe')]], {}],
    ['M9 a text without an extension', [[textOf('txt')]], {}],
    ['M9 a text whose bytes were not offered', [[textOf('a.txt', 5)]], { bytes: 4 }],
    ['M6 a text with a path upwards', [[textOf('a/../b.txt')]], {}],
    ['M5 a text in a file’s place', [[fileOf('a.txt'), textOf('A.txt')]], {}],
    ['M6 a name that is not in normal form', [[fileOf('a')]], { name: 'a/b' }],
    ['M6 an absolute path', [[fileOf('/a')]], {}],
    ['M6 a path upwards', [[fileOf('a/../../b')]], {}],
    ['M6 a reserved name', [[{ kind: 'folder', path: 'a/NUL' }]], {}],
  ] as const)('%s', (_title, pages, offer) => {
    expect(refusalOfPages(pages, offer)).toBe('violation');
  });

  it('M1 refuses a page as soon as no further one could complete the offer', () => {
    const partial = beginManifest({ type: 'offer', name: 'test', files: 3, bytes: 4, pages: 2 });
    const first = (entries: readonly ManifestEntry[]) => () =>
      addPage(partial, { type: 'page', page: 0, entries });
    expect(refusalOf(first([fileOf('a', 5)]))).toBe('violation');
    expect(refusalOf(first([fileOf('a'), fileOf('b'), fileOf('c')]))).toBe('violation');
    expect(first([fileOf('a', 4), fileOf('b', 0)])().files).toBe(2);
  });

  it('M1 refuses pages out of order', () => {
    const partial = beginManifest({ type: 'offer', name: 'test', files: 3, bytes: 3, pages: 3 });
    const page = (number: number) => ({
      type: 'page' as const,
      page: number,
      entries: [fileOf(`${number}`)],
    });
    const first = addPage(partial, page(0));
    expect(refusalOf(() => addPage(partial, page(1)))).toBe('violation');
    expect(refusalOf(() => addPage(first, page(0)))).toBe('violation');
    expect(refusalOf(() => addPage(first, page(2)))).toBe('violation');
    expect(addPage(first, page(1)).pages).toBe(2);
  });

  it('M3 refuses an offer of one file over FILES_MAX', () => {
    const offer = (files: number): Offer => ({
      type: 'offer',
      name: 'test',
      files,
      bytes: 0,
      pages: 1,
    });
    expect(isWhole(beginManifest(offer(FILES_MAX)))).toBe(false);
    expect(refusalOf(() => beginManifest(offer(FILES_MAX + 1)))).toBe('limit');
  });

  it('M3 refuses paths over MANIFEST_BYTES_MAX in total, as soon as they are', () => {
    const page = 64;
    const size = 1024;
    const pages = MANIFEST_BYTES_MAX / size / page + 1;
    const folders = `${'x'.repeat(200)}/`.repeat(5);
    const entries = (number: number) =>
      Array.from({ length: page }, (_, index) =>
        fileOf(folders + `${number * page + index}`.padStart(19, '0'), 0),
      );
    let partial = beginManifest({ type: 'offer', name: 'test', files: FILES_MAX, bytes: 0, pages });
    for (let number = 0; number < pages - 1; number++) {
      partial = addPage(partial, { type: 'page', page: number, entries: entries(number) });
    }
    expect(partial.pathBytes).toBe(MANIFEST_BYTES_MAX);
    const more = { type: 'page' as const, page: pages - 1, entries: [fileOf('a', 0)] };
    expect(refusalOf(() => addPage(partial, more))).toBe('limit');
  });

  it('M3 sizes that add up beyond 2^53 − 1 are more than can be offered', () => {
    const huge = Number.MAX_SAFE_INTEGER;
    expect(refusalOfPages([[fileOf('a', huge), fileOf('b', 1)]], { bytes: huge })).toBe(
      'violation',
    );
  });
});

describe('a sender’s offer', () => {
  it('M6 brings its own names into normal form, in the order of its sources', () => {
    const sources = sourcesOf(3, (index) => ['/a:b', 'A_b', 'c'][index] ?? '');
    const manifest = createManifest('my/files', sources);
    expect(manifest.name).toBe('my_files');
    expect(manifest.entries.map((entry) => entry.path)).toEqual(['a_b (2)', 'A_b', 'c']);
    expect(manifest.bytes).toBe(3);
  });

  it('M7 marks every path that differs from its source, and no other', () => {
    fc.assert(
      fc.property(fc.array(manifestSources, { maxLength: 12 }), (sources) => {
        const { entries } = createManifest('test', sources);
        const told = entries.map(({ renamed = false }) => renamed);
        // A path in another normalization form counts as the same text.
        const differs = entries.map(({ path }, i) => path !== sources[i]?.path.normalize('NFC'));
        expect(told).toEqual(differs);
      }),
    );
  });

  it('M7 the marks arrive with the pages', () => {
    const manifest = createManifest(
      'test',
      sourcesOf(2, (index) => ['a?', 'b'][index] ?? ''),
    );
    const wire = pagesOf(manifest).map(encodeControlMessage);
    expect(collect(wire.map(parseControlMessage))).toEqual(manifest);
    expect(manifest.entries.map(({ path, renamed }) => [path, renamed])).toEqual([
      ['a_', true],
      ['b', undefined],
    ]);
    const lie = wire.map((text) => text.replace('"renamed":true', '"renamed":"<b>"'));
    expect(refusalOf(() => lie.map(parseControlMessage))).toBe('malformed');
  });

  it('M2 describes a folder as a folder, and a file with no more than is safe', () => {
    const source = {
      kind: 'file',
      path: 'a',
      size: 1,
      modified: 1.5,
      mediaType: 'Text/HTML; x=y',
    } as const;
    const entryOf = (changes: Partial<ManifestSource>) =>
      createManifest('test', [{ ...source, ...changes }]).entries[0];
    expect(entryOf({})).toEqual({ ...fileOf('a'), modified: 1, mediaType: 'text/html' });
    expect(entryOf({ kind: 'folder' })).toEqual({ kind: 'folder', path: 'a' });
    for (const modified of [null, Number.NaN, Infinity, 2 ** 53, -(2 ** 53)]) {
      expect(entryOf({ modified })).toMatchObject({ modified: null });
    }
    for (const mediaType of ['', 'text', 'text/', 'a/b c', 'a/\u0000', `a/${'b'.repeat(127)}`]) {
      expect(entryOf({ mediaType })).toMatchObject({ mediaType: '' });
    }
  });

  it('M9 a text is a path and a size, whatever its source says besides, up to TEXT_BYTES_MAX', () => {
    const source = {
      kind: 'text',
      path: 'Shopping list.txt',
      size: TEXT_BYTES_MAX,
      modified: 1,
      mediaType: 'text/html',
    } as const;
    const manifest = createManifest('test', [source]);
    expect(manifest.entries).toEqual([textOf('Shopping list.txt', TEXT_BYTES_MAX)]);
    expect(manifest.bytes).toBe(TEXT_BYTES_MAX);
    expect(collect(travel(pagesOf(manifest)))).toEqual(manifest);
    for (const changes of [{ size: TEXT_BYTES_MAX + 1 }, { size: -1 }, { path: 'a.html' }])
      expect(misuseOf(() => createManifest('test', [{ ...source, ...changes }]))).toBe('argument');
  });

  it('M6 M9 a text stays one, whatever its name becomes', () => {
    fc.assert(
      fc.property(fc.array(textSources, { minLength: 1, maxLength: 12 }), (sources) => {
        const { entries } = createManifest('test', sources);
        expect(entries.filter((entry) => entry.kind !== 'text' || !isText(entry))).toEqual([]);
      }),
    );
  });

  it.each([
    ['1904', Date.UTC(1904, 0, 1), Date.UTC(1904, 0, 1)],
    ['a moment before 1970', -0.5, 0],
    ['1970', 0, 0],
    ['the first there is', -Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  ])('M2 carries a time before 1970 as it is: %s', (_, modified, carried) => {
    const source = { kind: 'file', path: 'a', size: 1, modified, mediaType: '' } as const;
    const manifest = createManifest('test', [source]);
    expect(manifest.entries[0]).toEqual({ ...source, modified: carried });
    const messages = pagesOf(manifest);
    const received = messages.map((message) => parseControlMessage(encodeControlMessage(message)));
    expect(received).toEqual(messages);
  });

  it('M3 refuses what is over the limits', () => {
    const huge = {
      kind: 'file',
      path: 'a',
      size: Number.MAX_SAFE_INTEGER,
      modified: null,
      mediaType: '',
    } as const;
    expect(createManifest('test', [huge]).bytes).toBe(Number.MAX_SAFE_INTEGER);
    expect(misuseOf(() => createManifest('test', [huge, { ...huge, size: 1 }]))).toBe('limit');
    expect(misuseOf(() => createManifest('test', sourcesOf(FILES_MAX + 1, String)))).toBe('limit');
    const long = (index: number) => `${`${'x'.repeat(200)}/`.repeat(5)}${index}`;
    expect(misuseOf(() => createManifest('test', sourcesOf(8500, long)))).toBe('limit');
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(misuseOf(() => createManifest('test', [{ ...huge, size }]))).toBe('argument');
    }
  });
});
