// Refuses words that were dropped from names, comments, docs and titles, and suggests better ones. Checks the workspace
// in the current folder.

import { readFileSync } from 'node:fs';

import { filesBelow, report } from './lib/files.mjs';

/** @type {readonly (readonly [RegExp, string])[]} */
const refused = [
  [/lobby/i, 'admission, the term for networks'],
  [/farewell/i, 'session end; the wire has a goodbye'],
  [
    /(?:leaf|channel|digest)-?book/i,
    'piece hashes, channels, bundle digest: no registry is a book',
  ],
  [
    /(?<!is-)under[-_]?way/i,
    'in flight, the term of TCP and QUIC (prose says "under way", in two words)',
  ],
  [/create-?gathering/i, 'batcher; gathering is what ICE does with candidates'],
  [/private-?(?:sink|store|folder)/i, 'opfs, the name in the standard'],
  [/bulk-?host|far-?engine|open(?:Near|Far)\b/i, 'engine pair, worker engine: which thread it is'],
  [/lane-?connections|lane-host/, 'further lanes, lane zero: which lanes they are'],
  [/bundle-?hold|disclaim/i, 'lock, unlock: they are Web Locks'],
  [/unseated/i, 'link lost, which is what the person reads'],
  [/empty-?context/i, 'initial context, as in every machine'],
  [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'do it now, or say why it is as it is'],
  [/so manieth/i, 'a number, such as one in eight'],
  [/nobody['’]s concern/i, 'what is done about it, such as ignored'],
  [
    /what (?:lives here|may not):/i,
    'a sentence, such as: it holds sinks; it may not hold channels',
  ],
  [/be had again/i, 'found again, or read again'],
];

/** Names of files and folders that carry no meaning. */
const empty = /(?:^|\/)(?:utils?|helpers?|common|misc)(?:[./]|$)/;

/** Files that name the refused words themselves, are written from changesets, or are built. */
const exempt = [
  'scripts/check-words.mjs',
  'tests/checks/checks.test.ts',
  /\/CHANGELOG\.md$/,
  /^packages\/signaling\/web\//,
];

const files = ['packages', 'tests', 'scripts', 'docs']
  .flatMap(filesBelow)
  .filter((file) => /\.(?:[cm]?[jt]sx?|md|css|html|c)$/.test(file))
  .filter((file) => !exempt.some((one) => (one instanceof RegExp ? one.test(file) : one === file)));

const found = files.flatMap((file) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const said = [file, ...lines].flatMap((line, at) =>
    refused.flatMap(([word, better]) => {
      const match = word.exec(line);
      return match
        ? [`${at === 0 ? file : `${file}:${at}`} says "${match[0]}". Better: ${better}`]
        : [];
    }),
  );
  return empty.test(file) ? [...said, `${file} needs a name that says what it is about`] : said;
});
report(found, `${files.length} files, ${found.length} refused words`);
