import { webPlatform, type Platform } from '@burritoshare/peer';

/** This browser; the server that served the page is the one that introduces its visitors. */
export function pagePlatform(): Platform {
  const url = new URL('/signal', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return webPlatform(url.href);
}
