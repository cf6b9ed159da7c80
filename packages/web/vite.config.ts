import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import manifest from './package.json' with { type: 'json' };
import { compressed } from './vite/compressed.ts';
import { savingWorker } from './vite/saving-worker.ts';

// `vite dev` reads core and peer from their source, so that an edit there shows at once; the build
// takes their built form, the one that is published and tested.
export default defineConfig(({ command }) => ({
  plugins: [react(), savingWorker(), compressed()],
  define: { APP_VERSION: JSON.stringify(manifest.version) },
  resolve:
    command === 'serve'
      ? { conditions: ['burritoshare-source', 'module', 'browser', 'development|production'] }
      : {},
  build: { target: 'es2023', sourcemap: true },
  worker: { format: 'es' },
}));
