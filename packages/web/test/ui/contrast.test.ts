import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

// WCAG 2.2 AA: 4.5 for text, 3 for shapes that have to be visible (1.4.3, 1.4.11).
const TEXT = 4.5;
const SHAPE = 3;

const GROUNDS = ['masa', 'tortilla', 'avocado'] as const;

/** What the styles call the ground that lies below something: one of {@link GROUNDS}. */
const SOME_GROUND = ['ground', 'counter', 'foot'];

type Pair = readonly [front: string, back: string, least: number];

/** Every pair of colours that occurs: the front, the background, and the least contrast. */
const PAIRS: readonly Pair[] = [
  ...GROUNDS.flatMap((ground): readonly Pair[] => [
    ['ink', ground, TEXT],
    ['ink-soft', ground, TEXT],
    // The icon of a notice.
    ['corn', ground, SHAPE],
  ]),
  ['on-salsa', 'salsa', TEXT],
  ['on-salsa', 'salsa-deep', TEXT],
  // The main button, and what has come. On avocado the button has an edge of ink.
  ['salsa', 'masa', SHAPE],
  ['salsa', 'tortilla', SHAPE],
  // The line of a delivery that is complete, while others are not.
  ['leaf', 'tortilla', SHAPE],
  ['slip-ink', 'slip', TEXT],
  ['slip-soft', 'slip', TEXT],
  // The words on the tortilla, and the button's edge there.
  ['slip-ink', 'dough', TEXT],
  ['outline', 'dough', SHAPE],
  // What tells the parts of a picture apart is their outline.
  ...['wrap', 'lip', 'foil', 'plate', 'tomato', 'guacamole', 'kernel'].map((fill): Pair => [
    'outline',
    fill,
    SHAPE,
  ]),
];

type Colour = readonly [lightness: number, chroma: number, hue: number];

const styles = new URL('../../src/styles/', import.meta.url);
const tokens = readFileSync(new URL('tokens.css', styles), 'utf8');
const [lightSheet = '', darkSheet = '', fixedSheet = ''] = tokens.split(
  /@media \(prefers-color-scheme: dark\)|\n\/\* Paper and food/,
);

function colours(sheet: string): ReadonlyMap<string, Colour> {
  const declarations = sheet.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
  return new Map(
    Array.from(declarations, ([, name = '', l, c, h]) => [name, [Number(l), Number(c), Number(h)]]),
  );
}

/** Linear sRGB of an OKLCH colour, by the matrices of CSS Color 4, clipped like on a screen. */
function linearRgb([lightness, chroma, hue]: Colour): readonly [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function luminance(colour: Colour): number {
  const [red, green, blue] = linearRgb(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Colour, other: Colour): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** How different two colours look: a distance in OKLab. */
function distance([l, c, h]: Colour, [l2, c2, h2]: Colour): number {
  const at = (chroma: number, hue: number) => [
    chroma * Math.cos((hue * Math.PI) / 180),
    chroma * Math.sin((hue * Math.PI) / 180),
  ];
  const [a = 0, b = 0] = at(c, h);
  const [a2 = 0, b2 = 0] = at(c2, h2);
  return Math.hypot(l - l2, a - a2, b - b2);
}

test('the arithmetic gives the known extremes', () => {
  expect(contrast([1, 0, 0], [0, 0, 0])).toBeCloseTo(21, 2);
  // sRGB #ff0000 in OKLCH; its luminance is the red weight itself.
  expect(luminance([0.627955, 0.257683, 29.2339])).toBeCloseTo(0.2126, 3);
});

const [light, dark, fixed] = [lightSheet, darkSheet, fixedSheet].map(colours) as [
  ReadonlyMap<string, Colour>,
  ReadonlyMap<string, Colour>,
  ReadonlyMap<string, Colour>,
];
const themes = {
  light: new Map([...light, ...fixed]),
  dark: new Map([...dark, ...fixed]),
};

test('both themes have the same colours, and the fills of pictures are in neither', () => {
  const names = [...light.keys()];
  expect(names.length).toBeGreaterThan(8);
  expect([...dark.keys()]).toEqual(names);
  expect(names.filter((name) => fixed.has(name))).toEqual([]);
});

test('the grounds can be told apart, by day and by night', () => {
  for (const theme of [light, dark]) {
    const [masa, tortilla, avocado] = GROUNDS.map((name) => theme.get(name)!);
    for (const [one, other] of [
      [masa, tortilla],
      [masa, avocado],
      [tortilla, avocado],
    ] as const)
      expect(distance(one!, other!)).toBeGreaterThan(0.07);
  }
});

describe.each(Object.entries(themes))('%s', (_, theme) => {
  test.each(PAIRS)('%s on %s reaches %d', (front, back, least) => {
    expect(contrast(theme.get(front)!, theme.get(back)!)).toBeGreaterThanOrEqual(least);
  });
});

describe('the style sheets', () => {
  const sheets = readdirSync(styles)
    .filter((name) => name.endsWith('.css') && name !== 'tokens.css')
    .map((name) => readFileSync(new URL(name, styles), 'utf8'))
    .join('\n');
  const used = (property: string): readonly string[] => [
    ...new Set(
      Array.from(
        sheets.matchAll(new RegExp(`(?<![-\\w])${property}:[^;]*var\\(--([\\w-]+)\\)`, 'g')),
        ([, name = '']) => name,
      ),
    ),
  ];

  test('use no colour for text that is not checked', () => {
    expect(used('color')).toContain('ink-soft');
    expect(used('color').filter((name) => !PAIRS.some(([front]) => front === name))).toEqual([]);
  });

  test('use no background that is not checked', () => {
    expect(used('background')).toContain('slip');
    const checked = [...SOME_GROUND, ...PAIRS.map(([, back]) => back)];
    expect(used('background').filter((name) => !checked.includes(name))).toEqual([]);
  });

  test('define no colours of their own', () => {
    expect(sheets.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(/gi)).toBeNull();
  });
});
