import {
  closeCodeOf,
  encodeServerMessage,
  fromBase64Url,
  parseClientMessage,
  proveSeat,
  PING_INTERVAL,
  RECEIVERS_MAX,
  refusalOf,
  RemoteProtocolError,
  roomMachine,
  SENDER,
  SILENCE_TIMEOUT,
  socketEventOf,
  toBase64Url,
  UNACCEPTED_TIMEOUT,
  type ClientMessage,
  type PeerId,
  type RefusalCode,
  type RoomCommand,
  type RoomSettings,
  type ServerMessage,
} from '@burritoshare/core';
import { createDriver, type Driver, type VirtualNetwork } from '@burritoshare/core/testing';
import { FakeSocket, type ServerEnd, type SocketPath } from './fake-socket.ts';
import type { PartyClock } from './party-clock.ts';

// A member without a given neighbourhood has one of its own, always the same.
const tagOf = (member: PeerId): string =>
  toBase64Url(member === SENDER ? new Uint8Array(4) : fromBase64Url(member).slice(0, 4));

export type Relay = Extract<ServerMessage, { readonly type: 'relay' }>;

/** Replaces a message that the server should relay to a socket, as a hostile server might. */
export type Tamper = (relay: Relay, to: string) => readonly Relay[];

/** A server with core's rooms behind sockets that take their time. */
export interface FakeServer {
  /** @param tag - the neighbourhood that it comes from (S14), 4 bytes in base64url; the member's own if left out. */
  openSocket(tag?: string): FakeSocket;
  /** Tells all rooms' members to come back, and forgets the rooms. */
  restart(): void;
  /** Its process is gone: every socket breaks, and nothing is known any more. */
  crash(): void;
  /** While it is down, sockets fail. */
  isDown: boolean;
  tamper: Tamper;
  readonly path: SocketPath;
  readonly sockets: readonly FakeSocket[];
  /** All text that came in. */
  readonly heard: readonly string[];
  readonly rooms: number;
}

/** Makes a server; `clock` counts its timers. */
export function createFakeServer(network: VirtualNetwork, clock: PartyClock): FakeServer {
  const settings: RoomSettings = {
    receiversMax: RECEIVERS_MAX,
    unacceptedTimeout: UNACCEPTED_TIMEOUT,
    pingInterval: PING_INTERVAL,
    silenceTimeout: SILENCE_TIMEOUT,
    iceServers: [
      { urls: 'stun:stun.example:3478' },
      { urls: 'turn:turn.example:3478', username: 'an account', credential: 'its password' },
    ],
  };
  const rooms = new Map<string, Driver<typeof roomMachine>>();
  const sockets = new Map<string, FakeSocket>();
  const heard: string[] = [];

  const carryOut = (room: string, command: RoomCommand): void => {
    if (command.type === 'room.ended') return void rooms.delete(room);
    const socket = sockets.get(command.socket);
    if (command.type === 'socket.close') return socket?.closeBehind(command.code);
    const { message } = command;
    const messages = message.type === 'relay' ? server.tamper(message, command.socket) : [message];
    for (const one of messages) socket?.deliver(encodeServerMessage(one));
  };
  const enter = (room: string): Driver<typeof roomMachine> => {
    const held = rooms.get(room);
    if (held !== undefined) return held;
    const made = createDriver(roomMachine, settings, {
      clock,
      onCommand: (command) => carryOut(room, command),
    });
    made.start();
    rooms.set(room, made);
    return made;
  };
  const serve = (socket: FakeSocket, tag: string | undefined): ServerEnd => {
    let room: string | undefined;
    const refuse = (code: RefusalCode): void => {
      socket.deliver(encodeServerMessage(refusalOf(code)));
      socket.closeBehind(closeCodeOf(code));
    };
    return {
      hear(text) {
        heard.push(text);
        const message = read(text);
        if (room !== undefined && message !== undefined) {
          rooms.get(room)?.send(socketEventOf(socket.id, message));
        } else if (message?.type === 'join') {
          const proof = proveSeat(message);
          if ('refused' in proof) return refuse(proof.refused);
          room = message.room;
          enter(room).send({
            type: 'member.joined',
            socket: socket.id,
            member: proof.member,
            tag: tag ?? tagOf(proof.member),
          });
        } else refuse('malformed');
      },
      end() {
        if (room !== undefined) rooms.get(room)?.send({ type: 'socket.closed', socket: socket.id });
      },
    };
  };

  const path: SocketPath = { delay: 4, jitter: 3, rate: 10_000 };
  const place = { network, clock, path };
  const server = {
    isDown: false,
    path,
    tamper: ((relay) => [relay]) as Tamper,
    heard,
    openSocket(tag?: string) {
      const socket: FakeSocket = new FakeSocket(`socket${sockets.size}`, place, {
        hear: (text) => end.hear(text),
        end: () => end.end(),
      });
      const end = serve(socket, tag);
      sockets.set(socket.id, socket);
      socket.accept(server.isDown);
      return socket;
    },
    restart() {
      for (const room of rooms.values()) room.send({ type: 'server.stopping' });
    },
    crash() {
      for (const socket of sockets.values()) socket.end(1006);
    },
    get sockets() {
      return [...sockets.values()];
    },
    get rooms() {
      return rooms.size;
    },
  };
  return server;
}

function read(text: string): ClientMessage | undefined {
  try {
    return parseClientMessage(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
