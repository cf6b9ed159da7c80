import { webPlatform, type Platform } from '@burritoshare/peer';

import { openSocket, signalingUrl } from './early-socket.ts';
import { x25519 } from './x25519.ts';

/** This browser as a platform. Signaling goes to the server that served the page. */
export function pagePlatform(): Platform {
  return { ...webPlatform(signalingUrl()), openSocket, x25519 };
}
