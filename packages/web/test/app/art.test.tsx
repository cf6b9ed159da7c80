import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';

import { Burrito } from '../../src/art/burrito.tsx';
import { Fillings } from '../../src/art/fillings.tsx';
import { EmptyPlate, Plate } from '../../src/art/plate.tsx';
import { Tortilla } from '../../src/art/tortilla.tsx';

/** Bytes of one illustration. */
const SIZE_MAX = 3_000;

test.each(Object.entries({ Tortilla, Fillings, Burrito, Plate, EmptyPlate }))(
  '%s is small, says nothing to those who listen, and has no colour of its own',
  (_, Picture) => {
    const svg = renderToStaticMarkup(<Picture />);
    expect(svg.length).toBeLessThan(SIZE_MAX);
    expect(svg).toMatch(/^<svg class="art [^>]*aria-hidden="true"/);
    expect(svg).not.toMatch(/fill=|stroke=|style=|<text/);
  },
);
