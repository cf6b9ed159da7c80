// Runs in a package's folder after its build: removes the files in dist whose sources are gone, which tsc leaves there.
// It doesn't empty dist before a build, since a server or a test may be running from it.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const source = join(entry.parentPath, entry.name)
    .replace(/^dist/, 'src')
    .replace(/(\.d\.ts|\.js)(\.map)?$/, '');
  if (!['', '.ts', '.tsx'].some((extension) => existsSync(source + extension))) {
    rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true });
  }
}
