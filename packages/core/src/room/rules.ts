import { equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts';
import { CLOSE_CODES, PROTOCOL_VERSION } from '../constants.ts';
import { memberOf, roomOf } from '../protocol/link.ts';
import {
  SENDER,
  type ClientMessage,
  type PeerId,
  type RefusalCode,
  type ServerMessage,
} from '../protocol/types.ts';
import type {
  MemberJoined,
  RelayReceived,
  RoomChange,
  RoomCommand,
  RoomContext,
  RoomTimer,
  Seat,
  SocketEvent,
  SocketId,
} from './types.ts';

/** Sentences for people who read a client's console; programs go by the code. */
const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  malformed: 'That was not a message that may come here.',
  version: 'This server speaks another version of the protocol.',
  'seat.refused': 'The token does not fit the room.',
  'room.full': 'The room has no free place for a receiver.',
  idle: 'Nothing was accepted for too long.',
  limit: 'The server is at one of its limits; try again later.',
};

const REFUSAL_CLOSE_CODES: Readonly<Record<RefusalCode, number>> = {
  malformed: CLOSE_CODES.refused,
  version: CLOSE_CODES.refused,
  'seat.refused': CLOSE_CODES.refused,
  'room.full': CLOSE_CODES.full,
  idle: CLOSE_CODES.idle,
  limit: CLOSE_CODES.limit,
};

/** What {@link proveSeat} found. */
export type SeatProof = { readonly member: PeerId } | { readonly refused: RefusalCode };

/**
 * SPEC.md, S2 and S3: which seat a join's token holds. Needs no room and no memory: the token is the
 * proof.
 *
 * @throws RemoteProtocolError `malformed` when `room` or `token` is not base64url, which a parsed
 *   message's always are.
 */
export function proveSeat(join: Extract<ClientMessage, { readonly type: 'join' }>): SeatProof {
  if (join.version !== PROTOCOL_VERSION) return { refused: 'version' };
  const token = fromBase64Url(join.token);
  if (join.role === 'receiver') return { member: toBase64Url(memberOf(token)) };
  return equalBytes(roomOf(token), fromBase64Url(join.room))
    ? { member: SENDER }
    : { refused: 'seat.refused' };
}

/** SPEC.md, S1: what a message on a socket that has joined means to its room. */
export function socketEventOf(socket: SocketId, message: ClientMessage): SocketEvent {
  switch (message.type) {
    case 'relay': {
      const { to, session, seq, data } = message;
      return { type: 'relay.received', socket, to, session, seq, data };
    }
    case 'accepted':
      return { type: 'delivery.accepted', socket };
    case 'pong':
      return { type: 'pong.received', socket };
    case 'leave':
      return { type: 'member.left', socket };
    case 'join':
    default:
      return { type: 'message.refused', socket, code: 'malformed' };
  }
}

/** The message that goes with a refusal, for sockets that are in a room and for those that are in none. */
export function refusalOf(code: RefusalCode): Extract<ServerMessage, { readonly type: 'refused' }> {
  return { type: 'refused', code, message: REFUSALS[code] };
}

/** The WebSocket close code that goes with a refusal. */
export function closeCodeOf(code: RefusalCode): number {
  return REFUSAL_CLOSE_CODES[code];
}

/** SPEC.md, S4, S6 and S7: somebody who has proven a seat comes in. */
export function admit(
  { seats, settings }: RoomContext,
  { socket, member }: MemberJoined,
): RoomChange {
  const held = seats.find((seat) => seat.member === member);
  const isFull =
    member !== SENDER && held === undefined && receiversOf(seats).length >= settings.receiversMax;
  if (isFull) return { ...unchanged(seats), commands: refuse(socket, 'room.full') };
  const left =
    held === undefined ? unchanged(seats) : vacate(seats, held.socket, replace(held.socket));
  const others = counterpartsOf(left.seats, member);
  return {
    seats: [...left.seats, { socket, member }],
    commands: [
      ...left.commands,
      send(socket, {
        type: 'joined',
        version: PROTOCOL_VERSION,
        member,
        peers: others.map((seat) => seat.member),
        iceServers: settings.iceServers,
      }),
      ...others.map((seat) => send(seat.socket, { type: 'peer.online', peer: member })),
    ],
    stopped: left.stopped,
    started: [
      { timer: { type: 'ping.due', socket }, delay: settings.pingInterval },
      { timer: { type: 'silence.elapsed', socket }, delay: settings.silenceTimeout },
      ...(member === SENDER
        ? []
        : [
            {
              timer: { type: 'unaccepted.elapsed', socket } as const,
              delay: settings.unacceptedTimeout,
            },
          ]),
    ],
  };
}

/** SPEC.md, S6: a socket goes, after `farewell`, and the other role is told. */
export function vacate(
  seats: readonly Seat[],
  socket: SocketId,
  farewell: readonly RoomCommand[],
): RoomChange {
  const member = memberAt(seats, socket);
  const rest = seats.filter((seat) => seat.socket !== socket);
  return {
    seats: rest,
    commands: [
      ...farewell,
      ...counterpartsOf(rest, member).map((seat) =>
        send(seat.socket, { type: 'peer.offline', peer: member }),
      ),
    ],
    stopped: [
      { type: 'ping.due', socket },
      { type: 'silence.elapsed', socket },
      { type: 'unaccepted.elapsed', socket },
    ],
    started: [],
  };
}

/** SPEC.md, S1 and S8: the server shows a socket the door. */
export function expel(seats: readonly Seat[], socket: SocketId, code: RefusalCode): RoomChange {
  return vacate(seats, socket, refuse(socket, code));
}

/** SPEC.md, S10: everybody is told to come back, and nobody is told of anybody's going. */
export function stop(seats: readonly Seat[]): RoomChange {
  return {
    seats: [],
    commands: seats.flatMap(({ socket }) => [
      send(socket, { type: 'restarting' }),
      close(socket, CLOSE_CODES.restarting, 'restarting'),
    ]),
    stopped: seats.flatMap(({ socket }) => vacate(seats, socket, []).stopped),
    started: [],
  };
}

/** SPEC.md, S5: passes a message on between sender and receiver, with its true origin. */
export function relay({ seats, settings }: RoomContext, event: RelayReceived): RoomChange {
  const { socket, to, session, seq, data } = event;
  const from = memberAt(seats, socket);
  const target = counterpartsOf(seats, from).find((seat) => seat.member === to);
  return {
    ...hear({ seats, settings }, socket),
    commands:
      target === undefined
        ? []
        : [send(target.socket, { type: 'relay', from, session, seq, data })],
  };
}

/** SPEC.md, S9: whatever came on a socket, it is alive. */
export function hear({ seats, settings }: RoomContext, socket: SocketId): RoomChange {
  const timer = { type: 'silence.elapsed', socket } as const;
  return {
    ...unchanged(seats),
    stopped: [timer],
    started: [{ timer, delay: settings.silenceTimeout }],
  };
}

/** SPEC.md, S8: a receiver that has accepted stays. */
export function accept(context: RoomContext, socket: SocketId): RoomChange {
  const heard = hear(context, socket);
  return { ...heard, stopped: [...heard.stopped, { type: 'unaccepted.elapsed', socket }] };
}

/** SPEC.md, S9: asks for a sign of life, and will again. */
export function ping({ seats, settings }: RoomContext, socket: SocketId): RoomChange {
  return {
    ...unchanged(seats),
    commands: [send(socket, { type: 'ping' })],
    started: [{ timer: { type: 'ping.due', socket }, delay: settings.pingInterval }],
  };
}

/** A socket is closed with a code, without a message. */
export function close(socket: SocketId, code: number, reason: string): RoomCommand {
  return { type: 'socket.close', socket, code, reason };
}

/** The name under which a timer is started and stopped. */
export function timerId({ type, socket }: RoomTimer): string {
  return `${type}:${socket}`;
}

/** Everybody online but the sender. */
export function receiversOf(seats: readonly Seat[]): readonly Seat[] {
  return seats.filter((seat) => seat.member !== SENDER);
}

function counterpartsOf(seats: readonly Seat[], member: PeerId): readonly Seat[] {
  return member === SENDER ? receiversOf(seats) : seats.filter((seat) => seat.member === SENDER);
}

function memberAt(seats: readonly Seat[], socket: SocketId): PeerId {
  return seats.find((seat) => seat.socket === socket)?.member ?? '';
}

function send(socket: SocketId, message: ServerMessage): RoomCommand {
  return { type: 'message.send', socket, message };
}

function refuse(socket: SocketId, code: RefusalCode): readonly RoomCommand[] {
  return [send(socket, refusalOf(code)), close(socket, closeCodeOf(code), code)];
}

function replace(socket: SocketId): readonly RoomCommand[] {
  return [send(socket, { type: 'replaced' }), close(socket, CLOSE_CODES.replaced, 'replaced')];
}

function unchanged(seats: readonly Seat[]): RoomChange {
  return { seats, commands: [], stopped: [], started: [] };
}
