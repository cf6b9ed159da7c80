import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

const PACKAGE = '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2';
const SOURCE = fileURLToPath(new URL(`../node_modules/${PACKAGE}`, import.meta.url));

/** The folder of the subsets. `styles/fonts.css` refers to them as `@fonts/…`. */
const FOLDER = fileURLToPath(new URL('../node_modules/.fonts', import.meta.url));

/** The weights that the styles use. */
const WEIGHTS = { min: 400, max: 750 };

/** The characters of each subset. `styles/fonts.css` repeats them as `unicode-range`. */
const SUBSETS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'figtree-basic': [
    [0x20, 0x7e],
    [0xa0, 0xa0],
    [0xb7, 0xb7],
    [0xd7, 0xd7],
    [0x2013, 0x2014],
    [0x2018, 0x201d],
    [0x2022, 0x2026],
    [0x2212, 0x2212],
  ],
  'figtree-latin': [
    [0xa1, 0xb6],
    [0xb8, 0xd6],
    [0xd8, 0xff],
    [0x131, 0x153],
    [0x2c6, 0x2dc],
    [0x20ac, 0x2122],
  ],
};

/** Splits the typeface into the characters of every page, and those of a few names, which are loaded on demand. */
export function fonts(): Plugin {
  return {
    name: 'burritoshare:fonts',
    async config() {
      const font = await readFile(SOURCE);
      await mkdir(FOLDER, { recursive: true });
      for (const [name, ranges] of Object.entries(SUBSETS)) {
        const options = { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS } } as const;
        await writeFile(
          join(FOLDER, `${name}.woff2`),
          await subsetFont(font, charactersIn(ranges), options),
        );
      }
      return { resolve: { alias: [{ find: '@fonts', replacement: FOLDER }] } };
    },
  };
}

function charactersIn(ranges: readonly (readonly [number, number])[]): string {
  return ranges
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
    .map((code) => String.fromCodePoint(code))
    .join('');
}
