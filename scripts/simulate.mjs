// `pnpm simulate --seeds 1000 --from 1` runs the simulation of tests/simulation over many seeds. `--seed 7 --trace`
// prints one of them as a story. Node 20 can't read TypeScript, so it is bundled first.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { root } from './lib/root.mjs';
import { ensureInstalled, requireNode } from './lib/workspace.mjs';

requireNode();
await ensureInstalled();
// Imported here and not above, since a fresh clone has it only now.
const { build } = await import('vite');
const folder = join(root, 'tests', 'simulation');
const outDir = await mkdtemp(join(tmpdir(), 'burritoshare-simulation-'));
try {
  await build({
    root: folder,
    configFile: join(folder, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, ssr: join(folder, 'main.ts'), minify: false },
  });
  const { main } = await import(pathToFileURL(join(outDir, 'main.js')).href);
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await rm(outDir, { recursive: true, force: true });
}
