import { dirname, resolve } from 'node:path';

import type { Plugin } from 'vite';

const WORKER_URL = /new URL\('(\.[^']+\.worker\.ts)', import\.meta\.url\)/g;

/**
 * Builds module workers together with the page, so that shared modules are loaded once. (Vite alone bundles each worker
 * separately, with a copy of everything.)
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
      // No code moves to another line, so the old source map stays right.
      return replaced === code ? null : { code: replaced, map: null };
    },
  };
}
