import { formatFragment, parseLink, RemoteProtocolError, type Link } from '@burritoshare/core';

/** Why a link is bad: it was damaged on its way, has another version, or is no link. */
export type BadLinkReason = 'damaged' | 'version' | 'malformed';

/** Which page the address asks for. */
export type PageRequest =
  /** `giving`: the channel to the tab that is told the link, in base64url. */
  | { readonly page: 'sender'; readonly giving?: string }
  | { readonly page: 'receiver'; readonly link: Link }
  | { readonly page: 'bad-link'; readonly reason: BadLinkReason };

/** The sender's page where something is handed back: 16 bytes in base64url name the channel. */
const GIVING = /^#give\.([\w-]{21}[AQgw])$/;

/** The fragment of the sender's page where something is handed back. */
export function givingFragment(channel: string): string {
  return `#give.${channel}`;
}

/** Reads the address's fragment. Without one it is the sender's page; anything else has to be a link. */
export function pageOfFragment(fragment: string): PageRequest {
  if (fragment === '' || fragment === '#') return { page: 'sender' };
  const giving = GIVING.exec(fragment)?.[1];
  if (giving !== undefined) return { page: 'sender', giving };
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
 * The fragment that an address asks for, with any path. If there is a link anywhere in the address, returns it in its
 * normal spelling, without anything around it. Else returns the text behind the `#`, even if a mail filter has encoded
 * the `#`.
 */
export function fragmentOf(href: string): string {
  const request = pageOfFragment(href);
  if (request.page === 'receiver') return formatFragment(request.link);
  const [, behind = ''] = /(?:#|%(?:25)*23)(.*)$/is.exec(href) ?? [];
  return behind === '' ? '' : `#${behind}`;
}
