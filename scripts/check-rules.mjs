// Checks the ids of SPEC.md's rules and of the invariants: each must be in the title of a test, and each cited id must
// exist. Checks the workspace in the current folder.

import { readFileSync } from 'node:fs';

import { filesBelow, isSource, report } from './lib/files.mjs';
import { readPackages } from './lib/packages.mjs';
import { titlesIn } from './lib/titles.mjs';

/** The files that define rules, and how a rule's line begins there. */
const written = /** @type {const} */ ([
  ['packages/core/SPEC.md', /^- \*\*([A-Z]\d+)\*\*/],
  ['docs/invariants.md', /^\*\*(I\d+):/],
]);

const rules = new Map(
  written.flatMap(([file, beginning]) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) => {
        const id = beginning.exec(line)?.[1];
        return id === undefined ? [] : [/** @type {const} */ ([id, `${file}:${at + 1}`])];
      }),
  ),
);

/**
 * An id is a letter of SPEC.md and one or two digits. `X25519` has more digits and `IPv4` has letters in front, so they
 * don't match.
 */
const letters = [...new Set([...rules.keys()].map((id) => id[0]))].join('');
const cited = new RegExp(
  String.raw`(?<![\w+])(?:([${letters}])(\d\d?) to \1(\d\d?)|[${letters}]\d\d?)(?!\w)`,
  'g',
);

/**
 * The ids in a text; "X1 to X3" are three.
 *
 * @param {string} text
 */
const idsIn = (text) =>
  [...text.matchAll(cited)].flatMap(([id, letter, first, last]) =>
    letter === undefined
      ? [id]
      : Array.from(
          { length: Number(last) - Number(first) + 1 },
          (_, n) => letter + (Number(first) + n),
        ),
  );

const packages = readPackages('.').map(({ folder }) => folder);
const sources = packages.flatMap((folder) => filesBelow(`${folder}/src`)).filter(isSource);
/** Leaves out the tests of this check, whose ids are made up. */
const tests = [...packages.map((folder) => `${folder}/test`), 'tests']
  .flatMap(filesBelow)
  .filter((file) => isSource(file) && file !== 'tests/checks/checks.test.ts');
const docs = ['docs', 'packages']
  .flatMap(filesBelow)
  .filter((file) => /(?<!CHANGELOG)\.md$/.test(file));

const titled = new Set(
  tests
    .filter((file) => /\.(?:test|e2e|fault)\.tsx?$/.test(file))
    .flatMap(titlesIn)
    .flatMap(idsIn),
);
const untested = [...rules].flatMap(([id, place]) =>
  titled.has(id) ? [] : [`${place}: ${id} is in no title of a test`],
);

/** In sources only comments can cite: code may hold text such as an icon's path, `M47`. */
const comment = /(?:\/\/|^\s*\/?\*).*/;
const unknown = [...sources, ...tests, ...docs].flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      const text = sources.includes(file) ? (comment.exec(line)?.[0] ?? '') : line;
      return idsIn(text).flatMap((id) =>
        rules.has(id) ? [] : [`${file}:${at + 1} cites ${id}, which is no rule`],
      );
    }),
);

report(
  [...untested, ...unknown],
  `${rules.size} rules, ${untested.length} untested, ${unknown.length} unknown`,
);
