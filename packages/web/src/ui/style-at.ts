import type { CSSProperties } from 'react';

/** How far along something is, 0 to 100, as the style sheet reads it. */
export function styleAt(percent: number): CSSProperties & { readonly '--at': number } {
  return { '--at': percent };
}
