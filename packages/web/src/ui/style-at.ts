import type { CSSProperties } from 'react';

/** Passes a percentage, 0 to 100, to the style sheet. */
export function styleAt(percent: number): CSSProperties & { readonly '--at': number } {
  return { '--at': percent };
}
