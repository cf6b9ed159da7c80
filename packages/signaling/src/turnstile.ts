import { closeCodeOf, encodeServerMessage, refusalOf } from '@burritoshare/core';

import type { WebSocketLike } from './room-socket.ts';

/** Where sockets are told that the server is at one of its limits, and closed; they count for no limit but its own. */
export interface Turnstile {
  hasRoom(): boolean;
  /** Tells a socket that the server is at a limit, and closes it; false where too many are being told. */
  take(socket: WebSocketLike): boolean;
}

/** @param most sockets that are being told at a time. */
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
