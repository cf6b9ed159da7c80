import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `vite dev` reads core and peer from their source, so that an edit there shows at once; the build
// takes their built form, the one that is published and tested.
export default defineConfig(({ command }) => ({
  plugins: [react()],
  resolve:
    command === 'serve'
      ? { conditions: ['burritoshare-source', 'module', 'browser', 'development|production'] }
      : {},
  build: { target: 'es2023', sourcemap: true },
  worker: { format: 'es' },
}));
