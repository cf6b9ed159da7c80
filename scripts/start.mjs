// `npm start` brings a fresh clone to a running server, on a machine with only Node and npm.

import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { endWithParent } from './lib/parent.mjs';
import { ensureBuilt, ensureInstalled, packageFolder, requireNode } from './lib/workspace.mjs';

requireNode();
// Only npm puts a shell in between. A process started directly, such as with nohup, should stay.
if (process.env['npm_lifecycle_event'] !== undefined) endWithParent();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// The server runs in this process, so that it gets the signals and sets the exit code. A child would get the terminal's
// Ctrl-C twice: from the terminal and passed on from here.
const server = join(packageFolder('signaling'), 'dist', 'main.js');
process.argv[1] = server;
await import(pathToFileURL(server).href);
