import { fileURLToPath } from 'node:url';

import type { Plugin } from 'vite';

const SOURCE = fileURLToPath(
  new URL('../src/receiving/saving/worker/saving.worker.ts', import.meta.url),
);

/** The worker's path on the page. A service worker keeps its URL for ever, so this name has no hash. */
const SERVED_AS = 'saving-worker.js';

/** Builds the service worker for downloads as a single file, and serves it in development. */
export function savingWorker(): Plugin {
  let isBuild = false;
  return {
    name: 'burritoshare:saving-worker',
    config(_config, { command }) {
      isBuild = command === 'build';
    },
    buildStart() {
      if (isBuild) this.emitFile({ type: 'chunk', id: SOURCE, fileName: SERVED_AS });
    },
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url === `/${SERVED_AS}`) request.url = `/@fs/${SOURCE}`;
        next();
      });
    },
  };
}
