import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { CheckResult } from '../../scripts/lib/checks.mjs';
import { createWorkspace, type Workspace } from './workspace.ts';

const CORE = 'packages/core/src';

/** The mistakes that each check must find. A file's name says what is wrong with it. */
const PLANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  format: {
    [`${CORE}/unformatted.ts`]: 'export const   a = "b"',
  },
  lint: {
    [`${CORE}/clock.ts`]: 'export const now = (): number => Date.now();\n',
    [`${CORE}/clock-by-new.ts`]: 'export const now = (): Date => new Date();\n',
    [`${CORE}/chance.ts`]: 'export const chance = (): number => Math.random();\n',
    [`${CORE}/chance-taken-apart.ts`]: 'const { random } = Math;\nexport const chance = random;\n',
    [`${CORE}/timer.ts`]: 'export const wait = (f: () => void): unknown => setTimeout(f, 1);\n',
    [`${CORE}/performance.ts`]: 'export const now = (): number => performance.now();\n',
    [`${CORE}/console.ts`]: "export const say = (): void => console.log('!');\n",
    [`${CORE}/web-crypto.ts`]: 'export const id = (): string => crypto.randomUUID();\n',
    [`${CORE}/host.ts`]: 'export const host: unknown = globalThis;\n',
    [`${CORE}/random-bytes.ts`]:
      "import { randomBytes } from '@noble/hashes/utils.js';\n\nexport const id = randomBytes(16);\n",
    [`${CORE}/random-bytes-of-all.ts`]:
      "import * as utils from '@noble/hashes/utils.js';\n\nexport const id = utils.randomBytes(16);\n",
    [`${CORE}/secret-key.ts`]:
      "import { x25519 } from '@noble/curves/ed25519.js';\n\nexport const key = x25519.utils.randomSecretKey();\n",
    [`${CORE}/key-pair.ts`]:
      "import { x25519 } from '@noble/curves/ed25519.js';\n\nexport const pair = x25519.keygen();\n",
    [`${CORE}/testing/clock.ts`]: 'export const now = (): number => Date.now();\n',
  },
  boundaries: {
    [`${CORE}/peer-by-name.ts`]: "export { word } from '@burritoshare/peer';\n",
    [`${CORE}/peer-by-path.ts`]: "export { word } from '../../peer/src/index.ts';\n",
    [`${CORE}/peer-as-type.ts`]: "export type Peer = typeof import('@burritoshare/peer');\n",
    [`${CORE}/peer-later.ts`]: "export const peer = (): unknown => import('@burritoshare/peer');\n",
    [`${CORE}/file-system.ts`]: "export { readFileSync } from 'node:fs';\n",
    [`${CORE}/framework.ts`]: "export { useState } from 'react';\n",
    [`${CORE}/generator.ts`]: "export { integer } from 'fast-check';\n",
    [`${CORE}/unknown.ts`]: 'export const load = (a: string): unknown => import(a);\n',
    [`${CORE}/excused.ts`]:
      '// oxlint-disable-next-line no-restricted-globals\nexport const now = (): number => Date.now();\n',
    'packages/peer/src/server.ts': "export {} from '@burritoshare/signaling';\n",
    'packages/peer/src/internals.ts': "export { word } from '@burritoshare/core/src/index.ts';\n",
    'packages/peer/src/built.ts': "export { word } from '@burritoshare/core/dist/index.js';\n",
    'packages/peer/src/page.ts': "export { useState } from 'react';\n",
  },
  folders: {
    [`${CORE}/noise/circle.ts`]: "export { b } from './closed-by-a-type.ts';\n",
    [`${CORE}/noise/closed-by-a-type.ts`]: "export type A = typeof import('./circle.ts');\n",
    [`${CORE}/noise/upwards.ts`]: "export { word } from '../index.ts';\n",
    [`${CORE}/noise/up-to-a-worker.ts`]: "export {} from './worker/page.ts';\n",
    [`${CORE}/upwards-from-the-ground.ts`]: "import '../src/noise/upwards.ts';\n",
    [`${CORE}/room/upwards.ts`]: "import type { word } from '../index.ts';\n",
    [`${CORE}/signaling/aside.ts`]: "export {} from '../room/upwards.ts';\n",
    [`${CORE}/utils/unnamed.ts`]: 'export {};\n',
    [`${CORE}/noise/astray.worker.ts`]: 'export {};\n',
    [`${CORE}/noise/worker/page.ts`]: "export { useState } from 'react';\n",
    [`${CORE}/noise/worker/by-way-of-a-hook.ts`]: "export {} from '../hook.ts';\n",
    [`${CORE}/noise/hook.ts`]: "export { useSelector } from '@xstate/react';\n",
  },
  sizes: {
    [`${CORE}/long.ts`]: '// line\n'.repeat(351),
    [`${CORE}/noise/long-and-nested.ts`]: '// line\n'.repeat(351),
  },
  words: {
    [`${CORE}/lobby.ts`]: 'export {};\n',
    [`${CORE}/name.ts`]: 'export const farewellTo = 1;\n',
    [`${CORE}/constant.ts`]: 'export const UNDER_WAY_MAX = 1;\n',
    [`${CORE}/comment.ts`]: '// What is late is nobody’s concern.\nexport {};\n',
    [`${CORE}/later.ts`]: '// TODO: refuse it\nexport {};\n',
    [`${CORE}/utils/index.ts`]: 'export {};\n',
    'packages/core/test/helpers.ts': 'export {};\n',
    'packages/core/test/title.test.ts': "test('every so manieth world', () => {});\n",
    'docs/page.md': 'The leaf-book knows.\n',
    'docs/folder.md': 'What may not: channels.\n',
  },
  rules: {
    'packages/core/SPEC.md': '- **S1** The word is said.\n- **S2** And heard.\n',
    'docs/invariants.md': '**I1: it is said.** Always.\n\n**I2: it is heard.** Often.\n',
    [`${CORE}/line.ts`]: 'export const one = 1; // as S3 wants\n',
    [`${CORE}/block.ts`]: '/**\n * I15: nothing is said.\n */\nexport {};\n',
    'packages/core/test/title.test.ts': "test('S1, S12: is said', () => {});\n",
    'packages/core/test/support/table.ts': "export const TABLE = ['S1 to S4'];\n",
    'docs/page.md': 'As S9 says.\n',
  },
};

/** Mistakes that lint and the boundaries might miss. The compiler refuses them. */
const TYPES = {
  [`${CORE}/peer-by-path.ts`]: "export { word } from '../../peer/src/index.ts';\n",
  [`${CORE}/peer-by-name.ts`]: "export { word } from '@burritoshare/peer';\n",
  [`${CORE}/timer.ts`]: 'export const wait = (f: () => void): unknown => setTimeout(f, 1);\n',
  [`${CORE}/address.ts`]: "export const address = new URL('https://example.com');\n",
};

describe.each(Object.entries(PLANTS))('%s', (name, plants) => {
  let workspace: Workspace;
  let result: CheckResult;
  beforeAll(async () => {
    workspace = createWorkspace(plants);
    result = await workspace.check(name);
  });
  afterAll(() => workspace.remove());

  test('fails', () => expect(result.passed).toBe(false));

  test.each(Object.keys(plants))('names %s', (file) => {
    const findings = result.output.split('\n').filter((line) => line.includes(file));
    if (name === 'lint') expect(findings.join()).toMatch(/\((no-restricted-\w+|no-console)\)/);
    else expect(findings).not.toEqual([]);
  });

  test('names no file without a mistake', () => {
    const named = result.output.match(/(?:packages|docs)\/[\w/.-]+\.\w+/g) ?? [];
    expect(new Set(named)).toEqual(new Set(Object.keys(plants)));
  });

  test('passes if nothing is wrong', async () => {
    const clean = createWorkspace();
    try {
      expect(await clean.check(name)).toMatchObject({ passed: true });
    } finally {
      clean.remove();
    }
  });
});

test('the compiler refuses everything that core must not know', async () => {
  const workspace = createWorkspace(TYPES);
  const clean = createWorkspace();
  try {
    const { code, output } = await workspace.compileCore();
    expect(code).not.toBe(0);
    for (const file of Object.keys(TYPES)) expect(output).toContain(file);
    expect(await clean.compileCore()).toMatchObject({ code: 0 });
  } finally {
    workspace.remove();
    clean.remove();
  }
});

test('sizes names a folder with too many files, and no file or folder that just fits', async () => {
  const files = (folder: string, count: number): Readonly<Record<string, string>> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/${index}.ts`, '']));
  const workspace = createWorkspace({
    ...files(`${CORE}/noise`, 20),
    ...files('packages/core/test/noise', 21),
    ...files('tests/e2e/support', 21),
    'packages/core/test/long.test.ts': '// line\n'.repeat(351),
    [`${CORE}/fits.ts`]: '// line\n'.repeat(350),
  });
  try {
    const { passed, output } = await workspace.check('sizes');
    expect(passed).toBe(false);
    expect(output.match(/^\S+: \d+ /gm)).toEqual([
      'packages/core/test/noise: 21 ',
      'tests/e2e/support: 21 ',
    ]);
  } finally {
    workspace.remove();
  }
});

test('rules finds ids in titles from any source, and takes no other text for an id', async () => {
  const workspace = createWorkspace({
    'packages/core/SPEC.md': Array.from({ length: 9 }, (_, n) => `- **S${n + 1}** Said.\n`).join(
      '',
    ),
    [`${CORE}/sound.ts`]:
      '// S25519, IPv4, UTF-8, V8, AS1, S100; drawn by a string:\nexport const a = "S47";\n',
    'packages/core/test/table.ts': "export const TABLE = [['S1', 1]];\n",
    'packages/core/test/titles.test.ts': `
import { TABLE } from './table.ts';
const HERE = { 'S2: is said': 1 };
test.each(TABLE.map(([name]) => name))('%s', () => {});
describe.each(Object.entries(HERE))('%s', () => {});
for (const { name } of [{ name: 'S3' }]) test(\`is \${name}\`, () => {});
describe('S4 to S6', () => it.each(['S7 is heard'])('%s', () => {}));
test('is said', () => expect(1, 'S8').toBe(1)); // S9
`,
  });
  try {
    const { output } = await workspace.check('rules');
    expect(output.match(/S\d+ is in no title/g)).toEqual([
      'S8 is in no title',
      'S9 is in no title',
    ]);
    expect(output).not.toContain('cites');
  } finally {
    workspace.remove();
  }
});
