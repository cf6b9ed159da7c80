import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Plugin } from 'vite';

/** The address of the file. The page's words about the program link to it. */
const SERVED_AS = 'third-party-notices.txt';

/** The packages of the typefaces, which are not among the page's modules. */
const TYPEFACES = [
  '../node_modules/@fontsource-variable/figtree/package.json',
  '../node_modules/@fontsource-variable/bricolage-grotesque/package.json',
].map((manifest) => dirname(fileURLToPath(new URL(manifest, import.meta.url))));

/** Writes the licences of all third-party code in the build, as these licences demand. */
export function notices(): Plugin {
  return {
    name: 'burritoshare:notices',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? file.moduleIds : [],
      );
      const folders = new Set([...TYPEFACES, ...modules.flatMap(packageFolderOf)]);
      const texts = [...folders].map(noticeOf).toSorted();
      const source = `What others have written and BurritoShare’s page contains, with its licences.\n\n${texts.join('\n')}`;
      this.emitFile({ type: 'asset', fileName: SERVED_AS, source });
    },
  };
}

/** The folder of a module's package; empty for our own modules. */
function packageFolderOf(module: string): readonly string[] {
  const path = module.replace(/^\0/, '').replace(/\?.*$/, '');
  const inside = path.lastIndexOf(`${sep}node_modules${sep}`);
  if (inside < 0) return [];
  let folder = dirname(path);
  // Skip manifests without a version, which packages put into their subfolders.
  while (folder.length > inside && !isPackage(folder)) folder = dirname(folder);
  return folder.length > inside ? [folder] : [];
}

function isPackage(folder: string): boolean {
  return existsSync(join(folder, 'package.json')) && manifestIn(folder).version !== undefined;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function noticeOf(folder: string): string {
  const { name = '', version = '', license = '' } = manifestIn(folder);
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} comes without the text of its licence.`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${'─'.repeat(72)}\n${name} ${version} (${license})\n\n${text}\n`;
}
