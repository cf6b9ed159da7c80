import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

import { savingWorker } from '../../vite/saving-worker.ts';

/** A test page, not part of the product, that gives the browser tests its sinks, sources and savers. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [savingWorker()],
  resolve: { conditions: ['burritoshare-source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2023', emptyOutDir: true },
  worker: { format: 'es' },
});
