// `npm start`: from a fresh clone to a running server, with nothing on the machine but Node and npm.

import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { endWithParent } from './lib/parent.mjs';
import { ensureBuilt, ensureInstalled, packageFolder, requireNode } from './lib/workspace.mjs';

requireNode();
// Only npm puts a shell in between; who starts this file with nohup wants it to stay.
if (process.env['npm_lifecycle_event'] !== undefined) endWithParent();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

// The server takes over this very process, so that signals and the exit code are its own: a child
// would get the terminal's Ctrl-C twice, once from the terminal and once passed on from here.
const server = join(packageFolder('signaling'), 'dist', 'main.js');
process.argv[1] = server;
await import(pathToFileURL(server).href);
