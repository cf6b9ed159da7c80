import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { root } from '../../scripts/lib/root.mjs';

/** The commands of package.json that run in a fresh clone. Each installs first. */
const COMMANDS = ['start', 'test', 'check', 'bench', 'simulate', 'diagrams'];

const IMPORT = /^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;

/** All imports that are read before the first line runs, as `specifier (file)`. */
function importsOf(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const names = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );
  return names.flatMap((name) =>
    name.startsWith('.') ? importsOf(join(dirname(file), name), seen) : [`${name} (${file})`],
  );
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test.each(COMMANDS)('npm run %s begins with modules that come with Node', (command) => {
  const file = scripts[command]?.replace(/^node /, '') ?? '';
  const path = join(root, file);
  expect(importsOf(path).filter((name) => !isBuiltin(name.replace(/ .*/, '')))).toEqual([]);
  expect(readFileSync(path, 'utf8')).toContain('await ensureInstalled()');
});
