import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

import type { Plugin } from 'vite';

const FORMS = [
  ['br', promisify(brotliCompress)],
  ['gz', promisify(gzip)],
] as const;

/** Bytes. A smaller file fits into one packet anyway. */
const SIZE_MIN = 1024;

/** Writes a compressed form beside each text file of the build, which the server sends as it is. */
export function compressed(): Plugin {
  return {
    name: 'burritoshare:compressed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const texts = Object.keys(bundle).filter((name) => /\.(?:js|css|html)$/.test(name));
      await Promise.all(texts.map((name) => compress(join(dir, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const contents = await readFile(path);
  if (contents.length < SIZE_MIN) return;
  for (const [ending, form] of FORMS) await writeFile(`${path}.${ending}`, await form(contents));
}
