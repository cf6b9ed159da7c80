import type { CSSProperties } from 'react';

/** Passes a percentage, 0 to 100, to the style sheet, and another one for the middle of a gap. */
export function styleAt(
  percent: number,
  gap?: number,
): CSSProperties & { readonly '--at': number; readonly '--gap'?: number } {
  return gap === undefined ? { '--at': percent } : { '--at': percent, '--gap': gap };
}
