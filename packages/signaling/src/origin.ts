/**
 * Whether a page of `origin` may open a socket here: pages of this very host always, others only if
 * the operator has named them. Programs that are no browsers send no Origin, and could send any.
 *
 * The scheme is not compared with ours: behind a proxy that ends TLS it is not known.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  const page = parse(origin);
  if (page === undefined) return false;
  // The scheme's default port may be left out on either side.
  return allowed.includes(page.origin) || page.host === parse(`${page.protocol}//${host}`)?.host;
}

function parse(text: string): URL | undefined {
  if (!/^https?:\/\/[^/?#@]+$/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}
