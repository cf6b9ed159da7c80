import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { machinesIn } from './diagrams.mjs';
import { run } from './run.mjs';
import { packageFolder } from './workspace.mjs';

/**
 * The machines that core exports, by name, from a build of its current source.
 *
 * @throws the build's output, if it fails
 */
export async function machinesOfCore() {
  const build = await run('turbo', ['run', 'build', '--filter=@burritoshare/core'], {
    quiet: true,
  });
  if (build.code !== 0) throw new Error(build.output);
  const index = join(packageFolder('core'), 'dist', 'index.js');
  return machinesIn(await import(pathToFileURL(index).href));
}
