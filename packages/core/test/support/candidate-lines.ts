/** A fit candidate (SPEC.md, G10) that can be told from others by its label of letters, digits and slashes. */
export function lineOf(label: string): string {
  return `candidate:${label} 1 udp 1 192.0.2.1 40000 typ host`;
}

/** The label of a candidate that {@link lineOf} made. */
export function labelOf(line: string): string {
  return /^candidate:(\S+) /.exec(line)?.[1] ?? '';
}
