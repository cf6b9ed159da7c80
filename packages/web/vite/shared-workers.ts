import { dirname, resolve } from 'node:path';

import type { Plugin } from 'vite';

const WORKER_URL = /new URL\('(\.[^']+\.worker\.ts)', import\.meta\.url\)/g;

/**
 * Builds module workers together with the page, so that what both use is one file, which comes over the
 * wire once. (Vite bundles each worker by itself, with a copy of everything.)
 */
export function sharedWorkers(): Plugin {
  return {
    name: 'burritoshare:shared-workers',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      const replaced = code.replace(WORKER_URL, (_, path: string) => {
        const reference = this.emitFile({ type: 'chunk', id: resolve(dirname(id), path) });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      });
      // Nothing moves to another line: the map that there is will do.
      return replaced === code ? null : { code: replaced, map: null };
    },
  };
}
