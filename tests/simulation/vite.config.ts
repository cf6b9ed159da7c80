import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

import { shared } from '../../vitest.shared.ts';

const primitive = (name: string) =>
  fileURLToPath(new URL(`primitives/${name}.ts`, import.meta.url));

/** The settings of the simulation: Node's primitives replace the slow ones, and everything is read from source. */
export const simulated = {
  resolve: {
    alias: [
      { find: /^\.\/x25519\.ts$/, replacement: primitive('x25519') },
      { find: '@noble/ciphers/aes.js', replacement: primitive('aes') },
    ],
  },
};

export default defineConfig({
  resolve: { ...shared.resolve, ...simulated.resolve },
  // Bundles everything. For a module outside of the bundle, Node would load another copy, with the slow primitives.
  ssr: { ...shared.ssr, noExternal: true, target: 'node' },
});
