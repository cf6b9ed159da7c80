import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

import { shared } from '../../vitest.shared.ts';

const primitive = (name: string) =>
  fileURLToPath(new URL(`primitives/${name}.ts`, import.meta.url));

/** What is different here: the slow primitives are Node's, and everything is read from its source. */
export const simulated = {
  resolve: {
    alias: {
      '@noble/curves/ed25519.js': primitive('ed25519'),
      '@noble/ciphers/aes.js': primitive('aes'),
    },
  },
};

export default defineConfig({
  resolve: { ...shared.resolve, ...simulated.resolve },
  // Everything is bundled: of what isn't, Node would read another copy, with the slow primitives.
  ssr: { ...shared.ssr, noExternal: true, target: 'node' },
});
