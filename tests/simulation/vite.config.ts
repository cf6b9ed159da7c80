import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

import { shared } from '../../vitest.shared.ts';

const primitive = (name: string) =>
  fileURLToPath(new URL(`primitives/${name}.ts`, import.meta.url));

/** What is different here: the slow primitives are Node's, and everything is read from its source. */
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
  // Everything is bundled: of what isn't, Node would read another copy, with the slow primitives.
  ssr: { ...shared.ssr, noExternal: true, target: 'node' },
});
