import { parseLink, RemoteProtocolError, type Link } from '@burritoshare/core';

/** Which page the address asks for. */
export type Route =
  | { readonly page: 'sender' }
  | { readonly page: 'receiver'; readonly link: Link }
  | { readonly page: 'bad-link'; readonly reason: 'malformed' | 'version' };

/** Reads the address's fragment: none is the sender's page, anything else has to be a link. */
export function routeOf(fragment: string): Route {
  if (fragment === '' || fragment === '#') return { page: 'sender' };
  try {
    return { page: 'receiver', link: parseLink(fragment) };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return { page: 'bad-link', reason: error.code === 'version' ? 'version' : 'malformed' };
  }
}
