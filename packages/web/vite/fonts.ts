import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

/** The folder of the subsets. `styles/fonts.css` refers to them as `@fonts/…`. */
const FOLDER = fileURLToPath(new URL('../node_modules/.fonts', import.meta.url));

const FIGTREE = '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2';
const BRICOLAGE =
  '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-standard-normal.woff2';

/** The weights of Figtree that the styles use. */
const WEIGHTS = { wght: { min: 400, max: 750 } };

/** The display face is used in one weight, one width and one size: drawn for headlines. */
const HEADLINE = { wght: 800, wdth: 100, opsz: 48 };

type Ranges = readonly (readonly [first: number, last: number])[];

interface Subset {
  readonly source: string;
  readonly axes: Readonly<Record<string, number | { readonly min: number; readonly max: number }>>;
  /** The characters. `styles/fonts.css` repeats them as `unicode-range`. */
  readonly ranges: Ranges;
}

/** The characters of every page. */
const BASIC: Ranges = [
  [0x20, 0x7e],
  [0xa0, 0xa0],
  [0xb7, 0xb7],
  [0xd7, 0xd7],
  [0x2013, 0x2014],
  [0x2018, 0x201d],
  [0x2022, 0x2026],
  [0x2212, 0x2212],
];

/** The characters of a few names. */
const LATIN: Ranges = [
  [0xa1, 0xb6],
  [0xb8, 0xd6],
  [0xd8, 0xff],
  [0x131, 0x153],
  [0x2c6, 0x2dc],
  [0x20ac, 0x2122],
];

const SUBSETS: Readonly<Record<string, Subset>> = {
  'figtree-basic': { source: FIGTREE, axes: WEIGHTS, ranges: BASIC },
  'figtree-latin': { source: FIGTREE, axes: WEIGHTS, ranges: LATIN },
  'bricolage-basic': { source: BRICOLAGE, axes: HEADLINE, ranges: BASIC },
  'bricolage-latin': { source: BRICOLAGE, axes: HEADLINE, ranges: LATIN },
};

/** The files of the subsets that every page needs. */
const EVERYWHERE = /(?:figtree|bricolage)-basic-[^/]*\.woff2$/;

/**
 * Cuts the typefaces into the characters of every page and those of a few names, which are loaded on demand, and the
 * display face to one weight.
 */
export function fonts(): Plugin {
  return {
    name: 'burritoshare:fonts',
    async config() {
      await mkdir(FOLDER, { recursive: true });
      for (const [name, { source, axes, ranges }] of Object.entries(SUBSETS)) {
        const font = await readFile(
          fileURLToPath(new URL(`../node_modules/${source}`, import.meta.url)),
        );
        const options = { targetFormat: 'woff2', variationAxes: axes } as const;
        await writeFile(
          join(FOLDER, `${name}.woff2`),
          await subsetFont(font, charactersIn(ranges), options),
        );
      }
      return { resolve: { alias: [{ find: '@fonts', replacement: FOLDER }] } };
    },
    transformIndexHtml: {
      order: 'post',
      // Every page needs these two. Asked for by the style sheet alone they come late, and move what stands there.
      handler: (_page, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((file) => EVERYWHERE.test(file))
          .map((file) => ({
            tag: 'link',
            injectTo: 'head',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              href: `/${file}`,
              crossorigin: true,
            },
          })),
    },
  };
}

function charactersIn(ranges: Ranges): string {
  return ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
    .map((code) => String.fromCodePoint(code))
    .join('');
}
