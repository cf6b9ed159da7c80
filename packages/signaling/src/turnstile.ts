import { closeCodeOf, encodeServerMessage, refusalOf } from '@burritoshare/core';

import type { WebSocketLike } from './room-socket.ts';

/** Tells sockets that the server is at one of its limits, and closes them. They count only towards its own limit. */
export interface Turnstile {
  hasRoom(): boolean;
  /**
   * Tells a socket that the server is at a limit, and closes it. Returns false if too many are being closed already.
   */
  take(socket: WebSocketLike): boolean;
}

/** @param most sockets at a time. */
export function createTurnstile(most: number): Turnstile {
  const taken = new Set<WebSocketLike>();
  return {
    hasRoom: () => taken.size < most,
    take(socket) {
      if (taken.size >= most) return false;
      taken.add(socket);
      socket.on('close', () => taken.delete(socket));
      socket.send(encodeServerMessage(refusalOf('limit')));
      socket.close(closeCodeOf('limit'), 'limit');
      return true;
    },
  };
}
