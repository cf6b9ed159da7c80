import type { SocketLike } from '../platform.ts';

export interface SocketHandlers {
  opened(): void;
  received(text: string): void;
  closed(): void;
}

export interface SignalingSocket {
  send(text: string): void;
  close(): void;
}

/** Wraps one socket to the signaling server. Calls `closed` once, and nothing after that. */
export function openSignalingSocket(socket: SocketLike, handlers: SocketHandlers): SignalingSocket {
  const end = (): void => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    handlers.closed();
  };
  socket.onopen = () => {
    handlers.opened();
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') handlers.received(data);
  };
  socket.onclose = end;
  // `close` follows an error. The handler stays for good: `ws` ends the process over an error without one, and
  // may report an error after it has closed.
  socket.onerror = () => undefined;
  return {
    send(text) {
      // A socket that is closing may throw; `closed` will report that it is closing.
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
