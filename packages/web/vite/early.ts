import { fileURLToPath } from 'node:url';

import type { Plugin } from 'vite';

const SOURCE = fileURLToPath(new URL('../src/early.ts', import.meta.url));

/** Builds the script that begins early by itself, and runs it as soon as it is here: before the page's others. */
export function early(): Plugin {
  return {
    name: 'burritoshare:early',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: { groups: [{ name: 'early', test: SOURCE, priority: 1 }] },
          },
        },
      },
    }),
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const built = Object.values(bundle).find(
          (one) => one.type === 'chunk' && one.moduleIds.includes(SOURCE),
        );
        if (built === undefined) throw new Error('the early script is in no chunk');
        // Async, or it would wait for the style sheet.
        const attrs = { type: 'module', async: true, crossorigin: true, src: `/${built.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
}
