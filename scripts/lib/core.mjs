import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { machinesIn } from './diagrams.mjs';
import { run } from './run.mjs';
import { packageFolder } from './workspace.mjs';

/**
 * The machines that core exports, by name, from a build of what its source is now.
 *
 * @throws what the build said, when it failed
 */
export async function machinesOfCore() {
  const build = await run('turbo', ['run', 'build', '--filter=@burritoshare/core'], {
    quiet: true,
  });
  if (build.code !== 0) throw new Error(build.output);
  const index = join(packageFolder('core'), 'dist', 'index.js');
  return machinesIn(await import(pathToFileURL(index).href));
}
