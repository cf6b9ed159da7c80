import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { checks, runCheck, type CheckResult } from '../../scripts/lib/checks.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { run, type RunResult } from '../../scripts/lib/run.mjs';

/** The files that decide a check's result, apart from the checked sources. */
const CONFIGURATION = [
  '.oxlintrc.json',
  '.prettierrc.json',
  '.prettierignore',
  'tsconfig.base.json',
  'package.json',
  'packages/core/package.json',
  'packages/core/tsconfig.json',
  'packages/core/tsconfig.build.json',
  'packages/peer/package.json',
  'packages/peer/tsconfig.json',
];

/** Sources without mistakes, so that a failure comes from the added files. */
const CLEAN = {
  'packages/core/src/index.ts': "export const word = 'burrito';\n",
  'packages/core/src/testing/index.ts': "export const seed = 'salsa';\n",
  'packages/core/test/word.test.ts':
    "import { test } from 'vitest';\n\ntest('I1, S1: is said', () => {});\n",
  'packages/core/SPEC.md': '- **S1** The word is said.\n',
  'packages/peer/src/index.ts': "export { word } from '@burritoshare/core';\n",
  'docs/invariants.md': '**I1: it is said.** Always.\n',
};

/** A copy of this workspace's configuration with the given sources, in a folder of its own. */
export interface Workspace {
  /** Runs one of the checks of `npm run check` on it. */
  check(name: string): Promise<CheckResult>;
  /** Compiles core like the check `types`. */
  compileCore(): Promise<RunResult>;
  remove(): void;
}

export function createWorkspace(sources: Readonly<Record<string, string>> = {}): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'burritoshare-checks-'));
  for (const file of CONFIGURATION) cpSync(join(root, file), join(folder, file));
  for (const place of ['.', 'packages/core', 'packages/peer']) {
    symlinkSync(join(root, place, 'node_modules'), join(folder, place, 'node_modules'), 'dir');
  }
  for (const [file, text] of Object.entries({ ...CLEAN, ...sources })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return {
    check: (name) => {
      const check = checks.find((candidate) => candidate.name === name);
      if (!check) throw new Error(`There is no check ${name}.`);
      return runCheck(check, folder);
    },
    compileCore: () => run('tsc', ['-p', 'packages/core'], { cwd: folder, quiet: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
