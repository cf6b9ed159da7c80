/** One line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = 48;
const COLOURS = ['#b4530a', '#2f6f4f', '#35507a', '#7a355f'];

/** Draws lines over time as an SVG. */
export function plot(title: string, unit: string, lines: readonly Series[]): string {
  const all = lines.flatMap(({ points }) => points);
  const right = Math.max(1, ...all.map(([x]) => x));
  const top = Math.max(1, ...all.map(([, y]) => y));
  const place = ([x, y]: readonly [number, number]): string =>
    [
      (MARGIN + (x / right) * (WIDTH - 2 * MARGIN)).toFixed(1),
      (HEIGHT - MARGIN - (y / top) * (HEIGHT - 2 * MARGIN)).toFixed(1),
    ].join(',');
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.map(place).join(' ')}"/>`,
      `<text x="${WIDTH - MARGIN}" y="${MARGIN + 14 * index}" fill="${colour}" text-anchor="end">${name}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN}" y="20">${title}</text>`,
    `<path d="M${place([0, top])} L${place([0, 0])} L${place([right, 0])}" fill="none" stroke="#555"/>`,
    `<text x="4" y="${MARGIN}">${top.toFixed(1)} ${unit}</text>`,
    `<text x="${WIDTH - MARGIN}" y="${HEIGHT - MARGIN + 18}" text-anchor="end">${right.toFixed(0)} s</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}
