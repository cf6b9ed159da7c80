/**
 * Whether a page of `origin` may open a socket here: pages of this host always, others only if the operator has named
 * them. Other programs than browsers send no Origin. They may connect, since they could send any Origin anyway.
 *
 * The scheme is not compared: behind a proxy that ends TLS, the server doesn't know its own.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  const page = parse(origin);
  if (page === undefined) return false;
  // Both sides are parsed, since either may leave out the scheme's default port.
  return allowed.includes(page.origin) || page.host === parse(`${page.protocol}//${host}`)?.host;
}

function parse(text: string): URL | undefined {
  if (!/^https?:\/\/[^/?#@]+$/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}
