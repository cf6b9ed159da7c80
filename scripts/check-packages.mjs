// Packs every published package, and runs publint and "are the types wrong?" on the result. So they check what a
// consumer gets, not what lies in the folder.

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

import { readPackages } from './lib/packages.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/**
 * @param {import('./lib/packages.mjs').Package} checked
 * @returns {Promise<readonly string[]>} its problems
 */
async function problemsOf({ name, folder }) {
  const target = await mkdtemp(join(tmpdir(), 'burritoshare-pack-'));
  try {
    const cwd = join(root, folder);
    const packed = await run('pnpm', ['pack', '--pack-destination', target], { cwd, quiet: true });
    const [tarball] = await readdir(target);
    if (packed.code !== 0 || tarball === undefined) return [`${name}: pack: ${packed.output}`];
    const file = join(target, tarball);

    const { buffer } = new Uint8Array(await readFile(file));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    const lint = messages.map(
      (message) => `${name}: ${formatMessage(message, pkg, { color: false })}`,
    );

    const format = ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'];
    const types = await run('attw', [file, ...format], { quiet: true });
    return types.code === 0 ? lint : [...lint, `${name}: types:\n${types.output}`];
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

const published = readPackages(root).filter(({ isPrivate }) => !isPrivate);
const problems = (await Promise.all(published.map(problemsOf))).flat();
for (const problem of problems) console.error(problem);
console.log(`${published.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
