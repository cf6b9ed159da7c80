import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REPORTS = fileURLToPath(new URL('../../../reports/bench/', import.meta.url));

/** One line of a table: the measurements of a subject and of its reference, taken in turn and equally often. */
export interface Line {
  readonly what: string;
  /** The unit of `measured` and `reference`. */
  readonly unit: string;
  readonly measured: readonly number[];
  readonly reference: readonly number[];
  /** The goal for the ratio of the medians, and which side of it is good. */
  readonly goal?: { readonly ratio: number; readonly is: 'at least' | 'at most' };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** Prints a benchmark's table, and stores it for `--json`. */
export function report(name: string, reference: string, lines: readonly Line[]): void {
  const rows = lines.map((line) => ({
    ...line,
    ratio: median(line.measured) / median(line.reference),
  }));
  console.log(`\n${name}, against ${reference}`);
  for (const row of rows) console.log(tell(row));
  save(`${name}.json`, `${JSON.stringify({ name, reference, rows }, undefined, 2)}\n`);
}

/** Writes a file beside the tables. */
export function save(name: string, contents: string): void {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}${name}`, contents);
}

function tell({ what, unit, measured, reference, ratio, goal }: Line & { ratio: number }): string {
  const range = (values: readonly number[]): string =>
    [Math.min(...values), median(values), Math.max(...values)].map(short).join(' / ');
  const aim = goal === undefined ? '' : `   goal: ${goal.is} ${goal.ratio}`;
  return (
    `  ${what.padEnd(44)} ratio ${Number.isFinite(ratio) ? ratio.toFixed(2) : '–'}   ` +
    `${range(measured)} ${unit}, reference ${range(reference)}${aim}`
  );
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
