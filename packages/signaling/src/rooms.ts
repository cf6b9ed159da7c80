import {
  roomMachine,
  SENDER,
  socketEventOf,
  type ClientMessage,
  type PeerId,
  type RefusalCode,
  type RoomEvent,
  type RoomSettings,
  type ServerMessage,
} from '@burritoshare/core';
import { createActor, type Actor } from 'xstate';

/** A socket, as its room sees it. */
export interface Line {
  send(message: ServerMessage): void;
  close(code: number, reason: string): void;
}

/** A member that joins, and its socket. */
export interface Joining {
  /** The id that the socket has proven. */
  readonly member: PeerId;
  /** The neighbourhood tag. */
  readonly tag: string;
  readonly line: Line;
}

/** The room, as a socket that has joined sees it. */
export interface RoomSeat {
  handle(message: ClientMessage): void;
  refuse(code: RefusalCode): void;
  closed(): void;
}

/** All rooms of a server. They are kept nowhere else. */
export interface Rooms {
  /**
   * Rooms that a sender has joined. Rooms where receivers wait alone are not counted: the limits on sockets bound them.
   */
  readonly size: number;
  /** Whether a sender has joined this room since it was made. */
  isOpen(room: string): boolean;
  /** Makes the room if there is none. */
  join(room: string, joining: Joining): RoomSeat;
  /** Tells every socket of every room to come back later. */
  stop(): void;
}

type Room = Actor<typeof roomMachine>;

export function createRooms(settings: RoomSettings): Rooms {
  const rooms = new Map<string, Room>();
  const opened = new Set<string>();
  const lines = new Map<string, Line>();
  let sockets = 0;

  function open(id: string): Room {
    const room = createActor(roomMachine, { input: settings });
    room.on('message.send', ({ socket, message }) => lines.get(socket)?.send(message));
    room.on('socket.close', ({ socket, code, reason }) => {
      const line = lines.get(socket);
      lines.delete(socket);
      line?.close(code, reason);
    });
    room.on('room.ended', () => {
      rooms.delete(id);
      opened.delete(id);
    });
    rooms.set(id, room);
    return room.start();
  }

  return {
    get size() {
      return opened.size;
    },
    isOpen: (id) => opened.has(id),
    join(id, { member, tag, line }) {
      const room = rooms.get(id) ?? open(id);
      if (member === SENDER) opened.add(id);
      const socket = `${sockets++}`;
      // A seat outlives its room by a moment. Later events must not reach the stopped actor.
      const tell = (event: RoomEvent): void => {
        if (lines.has(socket)) room.send(event);
      };
      lines.set(socket, line);
      tell({ type: 'member.joined', socket, member, tag });
      return {
        handle: (message) => tell(socketEventOf(socket, message)),
        refuse: (code) => tell({ type: 'message.refused', socket, code }),
        closed: () => {
          tell({ type: 'socket.closed', socket });
          lines.delete(socket);
        },
      };
    },
    stop() {
      for (const room of rooms.values()) room.send({ type: 'server.stopping' });
    },
  };
}
