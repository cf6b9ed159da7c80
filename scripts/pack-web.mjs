// Runs in signaling's folder before it is packed: copies the built web app into it, so that the installed package can
// serve the app. With `--remove`, after packing, removes the copy. A server in this checkout never reads the copy: it
// prefers the build itself.

import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const built = join('..', 'web', 'dist');
const copy = 'web';

rmSync(copy, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  if (existsSync(join(built, 'index.html'))) {
    cpSync(built, copy, { recursive: true });
  } else {
    console.error('The web app has not been built: run `npm run build` before packing.');
    process.exitCode = 1;
  }
}
