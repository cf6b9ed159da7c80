import type {
  ClientMessage,
  IceServer,
  PeerId,
  RefusalCode,
  ServerMessage,
} from '../protocol/types.ts';

/** The host's name for one socket. Never used twice in a room, not even after the socket has gone. */
export type SocketId = string;

/** A member that is online, and its socket. */
export interface Seat {
  readonly socket: SocketId;
  readonly member: PeerId;
  /** Whether the sender has given a receiver its seat (SPEC.md, S7). The sender is always admitted. */
  readonly stage: 'knocking' | 'admitted';
  /** `accepted` was received on its socket (SPEC.md, S8). */
  readonly hasAccepted: boolean;
  /** The neighbourhood that it comes from (SPEC.md, S14), 4 bytes in base64url. */
  readonly tag: string;
}

/** The settings of rooms, which an operator chooses. Times are milliseconds. */
export interface RoomSettings {
  /** Receivers admitted at once, 1 or more. */
  readonly receiversMax: number;
  /** How long a receiver may stay without having accepted. */
  readonly unacceptedTimeout: number;
  readonly pingInterval: number;
  /** Silence after which a socket counts as dead; longer than {@link pingInterval}. */
  readonly silenceTimeout: number;
  /** Sent to each client that joins. */
  readonly iceServers: readonly IceServer[];
}

export interface RoomContext {
  readonly settings: RoomSettings;
  readonly seats: readonly Seat[];
}

/** The timers of a room: three for each socket, and one for each member that knocks, which outlives its sockets. */
export type RoomTimer =
  | { readonly type: 'ping.due'; readonly socket: SocketId }
  | { readonly type: 'silence.elapsed'; readonly socket: SocketId }
  | { readonly type: 'unaccepted.elapsed'; readonly socket: SocketId }
  | { readonly type: 'knock.elapsed'; readonly member: PeerId };

type Relay = Extract<ClientMessage, { readonly type: 'relay' }>;

/** A message that a client wants relayed, and the socket on which it came. */
export interface RelayReceived extends Omit<Relay, 'type'> {
  readonly type: 'relay.received';
  readonly socket: SocketId;
}

/** An event of a socket that has joined. */
export type SocketEvent =
  | RelayReceived
  | { readonly type: 'delivery.accepted'; readonly socket: SocketId }
  | { readonly type: 'pong.received'; readonly socket: SocketId }
  | { readonly type: 'admit.received'; readonly socket: SocketId; readonly member: PeerId }
  | { readonly type: 'dismiss.received'; readonly socket: SocketId; readonly member: PeerId }
  | { readonly type: 'member.left'; readonly socket: SocketId }
  /** The socket received no message, or one that is not allowed here. */
  | { readonly type: 'message.refused'; readonly socket: SocketId; readonly code: RefusalCode }
  | { readonly type: 'socket.closed'; readonly socket: SocketId };

/** A socket has joined. `member` comes from `proveSeat`, never from the client. */
export interface MemberJoined {
  readonly type: 'member.joined';
  readonly socket: SocketId;
  readonly member: PeerId;
  /** The neighbourhood tag, which the host derives from the address. The room never learns the address. */
  readonly tag: string;
}

export type RoomEvent =
  MemberJoined | SocketEvent | { readonly type: 'server.stopping' } | RoomTimer;

/** Commands to the host. A socket is closed at most once, and nothing is sent to it afterwards. */
export type RoomCommand =
  | { readonly type: 'message.send'; readonly socket: SocketId; readonly message: ServerMessage }
  | {
      readonly type: 'socket.close';
      readonly socket: SocketId;
      readonly code: number;
      readonly reason: string;
    }
  /** The last member has left. The host forgets the room and makes another one for the next join. */
  | { readonly type: 'room.ended' };

/** One step of a room: who is online afterwards, what to do, which timers to stop and start. */
export interface RoomChange {
  readonly seats: readonly Seat[];
  readonly commands: readonly RoomCommand[];
  /** Timers to stop; stopping one that doesn't run does no harm. */
  readonly stopped: readonly RoomTimer[];
  readonly started: readonly { readonly timer: RoomTimer; readonly delay: number }[];
}
