import { formatFragment, parseLink, RemoteProtocolError, type Link } from '@burritoshare/core';

/** Why a link leads nowhere: it was damaged on its way, is another version's, or is none. */
export type BadLinkReason = 'damaged' | 'version' | 'malformed';

/** Which page the address asks for. */
export type PageRequest =
  | { readonly page: 'sender' }
  | { readonly page: 'receiver'; readonly link: Link }
  | { readonly page: 'bad-link'; readonly reason: BadLinkReason };

/** Reads the address's fragment: none is the sender's page, anything else has to be a link. */
export function pageOfFragment(fragment: string): PageRequest {
  if (fragment === '' || fragment === '#') return { page: 'sender' };
  try {
    return { page: 'receiver', link: parseLink(fragment) };
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    const { code } = error;
    return {
      page: 'bad-link',
      reason: code === 'version' || code === 'damaged' ? code : 'malformed',
    };
  }
}

/**
 * The fragment that an address asks for, whatever its path: a link in its one spelling, wherever it stands and whatever
 * came along with it; else what is behind the `#`, as a mail filter may have spelled it, too.
 */
export function fragmentOf(href: string): string {
  const request = pageOfFragment(href);
  if (request.page === 'receiver') return formatFragment(request.link);
  const [, behind = ''] = /(?:#|%(?:25)*23)(.*)$/is.exec(href) ?? [];
  return behind === '' ? '' : `#${behind}`;
}
