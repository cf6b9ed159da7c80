/**
 * The characters of a text that has arrived (SPEC.md, M9), without a byte order mark.
 *
 * @returns undefined for bytes that are no UTF-8: those are a file and nothing to show.
 */
export function decodeText(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
