import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import manifest from './package.json' with { type: 'json' };
import { compressed } from './vite/compressed.ts';
import { early } from './vite/early.ts';
import { fonts } from './vite/fonts.ts';
import { notices } from './vite/notices.ts';
import { savingWorker } from './vite/saving-worker.ts';
import { sharedWorkers } from './vite/shared-workers.ts';

// The page is written for React and shipped with Preact, which does the same in a fifth of the bytes
// (docs/decisions/preact-in-the-page.md). Vite uses the first alias that matches.
const alias = [
  { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
  { find: /^react\/(jsx-(?:dev-)?runtime)$/, replacement: 'preact/$1' },
  { find: /^react(?:-dom)?$/, replacement: 'preact/compat' },
];

const isForReceivers = (id: string): boolean =>
  !/outflow|zip|sending|receiving\/previews|pdfjs-dist/.test(id);

// `vite dev` reads core and peer from source, so that an edit there shows at once. The build takes their built form,
// which is published and tested.
export default defineConfig(({ command }) => ({
  plugins: [react(), fonts(), sharedWorkers(), savingWorker(), early(), notices(), compressed()],
  define: { APP_VERSION: JSON.stringify(manifest.version) },
  resolve: {
    alias,
    ...(command === 'serve'
      ? { conditions: ['burritoshare-source', 'module', 'browser', 'development|production'] }
      : {}),
  },
  build: {
    target: 'es2023',
    sourcemap: true,
    // Kilobytes. The largest is what parses PDFs, which nobody loads before their first one.
    chunkSizeWarningLimit: 1_100,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the page shares with workers is one script: fewer requests, and fewer bytes than in seven. Of the
          // receiver's page it includes nothing that only a sender, a ZIP or a preview needs.
          groups: [{ name: 'shared', minShareCount: 2, test: isForReceivers }],
        },
      },
    },
  },
  worker: { format: 'es' },
}));
