// After a package's build, in its folder: removes what an earlier build left in dist for sources that
// are gone since. tsc doesn't, and an empty dist in between would take the ground from under a server
// or a test that is running from it.

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
