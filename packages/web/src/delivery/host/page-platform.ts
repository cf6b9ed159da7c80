import { webPlatform, type Platform } from '@burritoshare/peer';

/** This browser as a platform. Signaling goes to the server that served the page. */
export function pagePlatform(): Platform {
  const url = new URL('/signal', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return webPlatform(url.href);
}
