import {
  CLOSE_CODES,
  closeCodeOf,
  encodeServerMessage,
  parseClientMessage,
  proveSeat,
  refusalOf,
  RemoteProtocolError,
  type ClientMessage,
  type RefusalCode,
  type ServerMessage,
} from '@burritoshare/core';

import { createInbox, type Pausable } from './inbox.ts';
import type { TokenBucket } from './limits.ts';
import type { Line, Rooms, RoomSeat } from './rooms.ts';

/** The members of a WebSocket that are needed here. */
export interface WebSocketLike extends Pausable {
  /** Bytes that were sent but have not left this process. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Ends the connection without a closing handshake. */
  terminate(): void;
  on(
    event: 'message',
    listener: (data: { toString(): string }, isBinary: boolean) => void,
  ): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export interface RoomSocketOptions {
  readonly rooms: Rooms;
  /** Asked before a sender opens a room. */
  readonly mayOpenRoom: () => boolean;
  /** The neighbourhood tag of this socket's address in a room. */
  readonly tagIn: (room: string) => string;
  /** The rate of messages. */
  readonly bucket: TokenBucket;
  /** Milliseconds. */
  readonly joinTimeout: number;
  /** Bytes. */
  readonly unsentBytes: number;
  readonly onRefused: (code: RefusalCode) => void;
}

/** A socket, as the server sees it. */
export interface RoomSocket {
  /** Tells a socket that has not joined yet to come back later. A room tells its own sockets. */
  restart(): void;
}

type State =
  | { readonly kind: 'joining' }
  | { readonly kind: 'joined'; readonly seat: RoomSeat }
  | { readonly kind: 'closing' };

/**
 * Serves one socket until it closes: reads its messages, checks the proof of its seat, and then carries messages
 * between it and its room.
 */
export function serveRoomSocket(socket: WebSocketLike, options: RoomSocketOptions): RoomSocket {
  const { rooms, mayOpenRoom, tagIn, bucket, joinTimeout, unsentBytes, onRefused } = options;
  let state: State = { kind: 'joining' };
  const timer = setTimeout(() => refuse('malformed'), joinTimeout);
  const inbox = createInbox(socket, bucket, handle);
  const line: Line = { send, close };

  socket.on('message', (data, isBinary) => {
    if (isBinary) refuse('malformed');
    else inbox.push(data.toString());
  });
  socket.on('close', () => {
    clearTimeout(timer);
    inbox.stop();
    if (state.kind === 'joined') state.seat.closed();
    state = { kind: 'closing' };
  });

  function handle(text: string): void {
    const message = read(text);
    if (typeof message === 'string') refuse(message);
    else if (state.kind === 'joined') state.seat.handle(message);
    else if (message.type === 'join') join(message);
    else refuse('malformed');
  }

  function join(message: Extract<ClientMessage, { readonly type: 'join' }>): void {
    const proof = proveSeat(message);
    if ('refused' in proof) return refuse(proof.refused);
    // Only a sender's join counts as a new room: receivers who wait alone cost none (S6).
    if (message.role === 'sender' && !rooms.isOpen(message.room) && !mayOpenRoom())
      return refuse('limit');
    clearTimeout(timer);
    const { room } = message;
    const seat = rooms.join(room, { member: proof.member, tag: tagIn(room), line });
    // The room may have refused this socket already, and called `close`.
    if (state.kind === 'joining') state = { kind: 'joined', seat };
  }

  function refuse(code: RefusalCode): void {
    if (state.kind === 'joined') state.seat.refuse(code);
    else if (state.kind === 'joining') {
      send(refusalOf(code));
      close(closeCodeOf(code), code);
    }
  }

  function send(message: ServerMessage): void {
    if (message.type === 'refused') onRefused(message.code);
    socket.send(encodeServerMessage(message));
    if (socket.bufferedAmount > unsentBytes) socket.terminate();
  }

  function close(code: number, reason: string): void {
    state = { kind: 'closing' };
    clearTimeout(timer);
    inbox.stop();
    socket.close(code, reason);
  }

  return {
    restart() {
      if (state.kind !== 'joining') return;
      send({ type: 'restarting' });
      close(CLOSE_CODES.restarting, 'restarting');
    },
  };
}

function read(text: string): ClientMessage | RefusalCode {
  try {
    return parseClientMessage(text);
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    return error.code === 'version' ? 'version' : 'malformed';
  }
}
