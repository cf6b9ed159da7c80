import {
  closeCodeOf,
  encodeServerMessage,
  parseClientMessage,
  proveSeat,
  PING_INTERVAL,
  RECEIVERS_MAX,
  refusalOf,
  RemoteProtocolError,
  roomMachine,
  SILENCE_TIMEOUT,
  socketEventOf,
  UNACCEPTED_TIMEOUT,
  type ClientMessage,
  type RefusalCode,
  type RoomCommand,
  type RoomSettings,
  type ServerMessage,
} from '@burritoshare/core';
import {
  createDriver,
  type Driver,
  type VirtualChannel,
  type VirtualNetwork,
} from '@burritoshare/core/testing';
import type { SocketLike } from '../../src/index.ts';
import type { PartyClock } from './party-clock.ts';

export type Relay = Extract<ServerMessage, { readonly type: 'relay' }>;

/** What a hostile server makes of a message that it should pass on to a socket. */
export type Tamper = (relay: Relay, to: string) => readonly Relay[];

/** A server with core's rooms behind sockets that take their time. */
export interface FakeServer {
  openSocket(): FakeSocket;
  /** Every room is told to come back, and forgotten. */
  restart(): void;
  /** While it is down, sockets fail. */
  isDown: boolean;
  tamper: Tamper;
  readonly sockets: readonly FakeSocket[];
  /** All text that came in. */
  readonly heard: readonly string[];
  readonly rooms: number;
}

const PATH = { delay: 4, jitter: 3, rate: 10_000 };

/** What the server does with one socket. */
interface ServerEnd {
  readonly hear: (text: string) => void;
  readonly end: () => void;
}

/** A client's socket, and the server's end of it. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  closeCode: number | undefined;
  readonly id: string;
  readonly #clock: PartyClock;
  readonly #up: VirtualChannel<string>;
  readonly #down: VirtualChannel<string>;
  readonly #onEnd: () => void;

  constructor(id: string, network: VirtualNetwork, clock: PartyClock, server: ServerEnd) {
    this.id = id;
    this.#clock = clock;
    this.#onEnd = server.end;
    this.#up = network.openChannel<string>(PATH, { onMessage: server.hear });
    this.#down = network.openChannel<string>(PATH, {
      onMessage: (data) => this.onmessage?.({ data }),
    });
  }

  accept(isDown: boolean): void {
    this.#clock.setTimeout(() => {
      if (this.state !== 'connecting') return;
      if (isDown) {
        this.onerror?.();
        return this.end(1006);
      }
      this.state = 'open';
      this.onopen?.();
    }, PATH.delay);
  }

  send(text: string): void {
    if (this.state === 'connecting') throw new DOMException('not open', 'InvalidStateError');
    if (this.state === 'open') this.#up.send(text);
  }

  close(): void {
    this.#clock.setTimeout(() => {
      this.end(1000);
    }, PATH.delay);
  }

  /** From the server. */
  deliver(text: string): void {
    if (this.state === 'open') this.#down.send(text);
  }

  /** From the server: what was sent before still arrives. */
  closeBehind(code: number): void {
    this.#clock.setTimeout(
      () => {
        this.end(code);
      },
      PATH.delay + PATH.jitter + 1,
    );
  }

  end(code: number): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.closeCode = code;
    this.#up.close();
    this.#down.close();
    this.#onEnd();
    this.onclose?.();
  }
}

/** Makes a server; `clock` counts its timers. */
export function createFakeServer(network: VirtualNetwork, clock: PartyClock): FakeServer {
  const settings: RoomSettings = {
    receiversMax: RECEIVERS_MAX,
    unacceptedTimeout: UNACCEPTED_TIMEOUT,
    pingInterval: PING_INTERVAL,
    silenceTimeout: SILENCE_TIMEOUT,
    iceServers: [{ urls: 'stun:stun.example:3478' }],
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
  const serve = (socket: FakeSocket): ServerEnd => {
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
          enter(room).send({ type: 'member.joined', socket: socket.id, member: proof.member });
        } else refuse('malformed');
      },
      end() {
        if (room !== undefined) rooms.get(room)?.send({ type: 'socket.closed', socket: socket.id });
      },
    };
  };

  const server = {
    isDown: false,
    tamper: ((relay) => [relay]) as Tamper,
    heard,
    openSocket() {
      const socket: FakeSocket = new FakeSocket(`socket${sockets.size}`, network, clock, {
        hear: (text) => end.hear(text),
        end: () => end.end(),
      });
      const end = serve(socket);
      sockets.set(socket.id, socket);
      socket.accept(server.isDown);
      return socket;
    },
    restart() {
      for (const room of rooms.values()) room.send({ type: 'server.stopping' });
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
