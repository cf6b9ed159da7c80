import { webPlatform, type Platform, type SocketLike } from '@burritoshare/peer';

import { openSocket, signalingUrl } from './early-socket.ts';

/** This browser as a platform. Signaling goes to the server that served the page. */
export function pagePlatform(): Platform {
  return {
    ...webPlatform(signalingUrl()),
    openSocket: (url) => openSocket(url) as unknown as SocketLike,
  };
}
