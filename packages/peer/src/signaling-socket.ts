import type { SocketLike } from './platform.ts';

export interface SocketHandlers {
  opened(): void;
  received(text: string): void;
  closed(): void;
}

export interface SignalingSocket {
  send(text: string): void;
  close(): void;
}

/** One socket to the signaling server: says once that it is closed, and nothing after that. */
export function openSignalingSocket(socket: SocketLike, handlers: SocketHandlers): SignalingSocket {
  const end = (): void => {
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    handlers.closed();
  };
  socket.onopen = () => {
    handlers.opened();
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') handlers.received(data);
  };
  socket.onclose = end;
  // `close` follows an error.
  socket.onerror = null;
  return {
    send(text) {
      // A socket that is closing takes nothing more; that it is closing is told by `closed`.
      try {
        socket.send(text);
      } catch {
        socket.close();
      }
    },
    close() {
      socket.close();
    },
  };
}
