import { equalBytes, fromBase64Url, toBase64Url } from '../bytes.ts';
import { CLOSE_CODES, KNOCK_TIMEOUT, PROTOCOL_VERSION } from '../constants.ts';
import { oldestOfHeaviest } from '../neighbourhoods.ts';
import { memberOf, roomOf } from '../protocol/link.ts';
import {
  SENDER,
  type ClientMessage,
  type PeerId,
  type RefusalCode,
  type ServerMessage,
} from '../protocol/types.ts';
import { counterpartsOf, hasPlace, hasSender, isKnocking, memberAt, receiversOf } from './seats.ts';
import type {
  MemberJoined,
  RelayReceived,
  RoomChange,
  RoomCommand,
  RoomContext,
  RoomSettings,
  RoomTimer,
  Seat,
  SocketEvent,
  SocketId,
} from './types.ts';

/** Sentences for people who read a client's console. Programs go by the code. */
const REFUSALS: Readonly<Record<RefusalCode, readonly [sentence: string, closeCode: number]>> = {
  malformed: ['That was not a message that may come here.', CLOSE_CODES.refused],
  version: ['This server speaks another version of the protocol.', CLOSE_CODES.refused],
  'seat.refused': ['The token does not fit the room.', CLOSE_CODES.refused],
  'room.full': ['The room has no free place for a receiver.', CLOSE_CODES.full],
  idle: ['Nothing was accepted for too long.', CLOSE_CODES.idle],
  limit: ['The server is at one of its limits; try again later.', CLOSE_CODES.limit],
};

/** The result of {@link proveSeat}. */
export type SeatProof = { readonly member: PeerId } | { readonly refused: RefusalCode };

/**
 * SPEC.md, S2 and S3: which seat a join's token holds. It needs no room and no memory, since the token is the proof.
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
    case 'admit':
      return { type: 'admit.received', socket, member: message.member };
    case 'dismiss':
      return { type: 'dismiss.received', socket, member: message.member };
    case 'leave':
      return { type: 'member.left', socket };
    case 'join':
    default:
      return { type: 'message.refused', socket, code: 'malformed' };
  }
}

/** The message that a socket is refused with, whether it is in a room or not. */
export function refusalOf(code: RefusalCode): Extract<ServerMessage, { readonly type: 'refused' }> {
  return { type: 'refused', code, message: REFUSALS[code][0] };
}

/** The WebSocket close code that goes with a refusal. */
export function closeCodeOf(code: RefusalCode): number {
  return REFUSALS[code][1];
}

/**
 * SPEC.md, S4, S6 and S7: a member that has proven a seat joins. If no place is left, a knocking member leaves for it.
 */
export function enter(context: RoomContext, joining: MemberJoined): RoomChange {
  const { socket, member } = joining;
  const held = context.seats.find((seat) => seat.member === member);
  if (held !== undefined) return takeOver(context, joining, held);
  if (member === SENDER || hasPlace(context)) return sitDown(context, joining);
  const leaving = oldestOfHeaviest(context.seats.filter(isKnocking), joining.tag);
  // If there is no place, somebody is knocking: admitted members never take all places.
  if (leaving === undefined)
    return { ...unchanged(context.seats), commands: refuse(socket, 'room.full') };
  const made = expel(context.seats, leaving.socket, 'room.full');
  return after(made, sitDown({ ...context, seats: made.seats }, joining));
}

// S4, S13: the newer socket takes over the older one's stage, and what is left of its time to knock.
function takeOver(context: RoomContext, joining: MemberJoined, held: Seat): RoomChange {
  const left = vacate(context.seats, held.socket, replace(held.socket));
  const change = sitDown({ ...context, seats: left.seats }, joining, held.stage);
  const isKnock = ({ type }: RoomTimer): boolean => type === 'knock.elapsed';
  if (joining.member === SENDER) return after(left, change);
  return after(
    { ...left, stopped: left.stopped.filter((timer) => !isKnock(timer)) },
    { ...change, started: change.started.filter(({ timer }) => !isKnock(timer)) },
  );
}

function sitDown(
  { seats, settings }: RoomContext,
  { socket, member, tag }: MemberJoined,
  stage: Seat['stage'] = member === SENDER ? 'admitted' : 'knocking',
): RoomChange {
  const seat: Seat = { socket, member, tag, stage, hasAccepted: false };
  const others = counterpartsOf(seats, member);
  const isTheSender = member === SENDER;
  // S7: the time to knock runs only while the sender, who can admit, is here. S13: a sender that has just joined
  // remembers nobody as admitted, so everybody knocks again. Otherwise members that it doesn't know would hold seats
  // that it gives to others.
  const knocking = isTheSender ? others : [seat].filter(isKnocking);
  const present = isTheSender
    ? seats.map((one) => ({ ...one, stage: 'knocking' as const }))
    : seats;
  return {
    seats: [...present, seat],
    commands: [
      send(socket, {
        type: 'joined',
        version: PROTOCOL_VERSION,
        member,
        peers: others.map((one) => one.member),
        ...(isTheSender
          ? { tags: others.map((one) => one.tag), seats: settings.receiversMax }
          : {}),
        iceServers: settings.iceServers,
      }),
      ...others.map((one) =>
        send(one.socket, { type: 'peer.online', peer: member, ...(isTheSender ? {} : { tag }) }),
      ),
    ],
    stopped: [],
    started: [
      { timer: { type: 'ping.due', socket }, delay: settings.pingInterval },
      { timer: { type: 'silence.elapsed', socket }, delay: settings.silenceTimeout },
      ...(isTheSender ? [] : [unacceptedTimer(socket, settings)]),
      ...(isTheSender || hasSender(seats)
        ? knocking.map((one) => ({ timer: knockTimer(one), delay: KNOCK_TIMEOUT }))
        : []),
    ],
  };
}

/** SPEC.md, S13: the sender gives a knocker a seat. */
export function admit(
  { seats, settings }: RoomContext,
  socket: SocketId,
  member: PeerId,
): RoomChange {
  const alive = recordLife({ seats, settings }, socket);
  const knocker = seats.find((seat) => seat.member === member && isKnocking(seat));
  const admitted = receiversOf(seats).filter((seat) => !isKnocking(seat)).length;
  if (knocker === undefined || admitted >= settings.receiversMax) return alive;
  const unaccepted = unacceptedTimer(knocker.socket, settings);
  return after(alive, {
    seats: seats.map((seat) => (seat === knocker ? { ...seat, stage: 'admitted' } : seat)),
    commands: [],
    stopped: [knockTimer(knocker), unaccepted.timer],
    started: knocker.hasAccepted ? [] : [unaccepted],
  });
}

/** SPEC.md, S13: the sender makes a receiver leave. */
export function dismiss(context: RoomContext, socket: SocketId, member: PeerId): RoomChange {
  const alive = recordLife(context, socket);
  const seat = receiversOf(context.seats).find((one) => one.member === member);
  return seat === undefined ? alive : after(alive, expel(context.seats, seat.socket, 'room.full'));
}

/** SPEC.md, S7: a member's time to knock is over. */
export function endKnock({ seats }: RoomContext, member: PeerId): RoomChange {
  const seat = seats.find((one) => one.member === member);
  return seat === undefined ? unchanged(seats) : expel(seats, seat.socket, 'room.full');
}

/** SPEC.md, S6: a socket leaves after `lastCommands`, and the other role is told. */
export function vacate(
  seats: readonly Seat[],
  socket: SocketId,
  lastCommands: readonly RoomCommand[],
): RoomChange {
  const member = memberAt(seats, socket);
  const rest = seats.filter((seat) => seat.socket !== socket);
  return {
    seats: rest,
    commands: [
      ...lastCommands,
      ...counterpartsOf(rest, member).map((seat) =>
        send(seat.socket, { type: 'peer.offline', peer: member }),
      ),
    ],
    stopped: [
      { type: 'ping.due', socket },
      { type: 'silence.elapsed', socket },
      { type: 'unaccepted.elapsed', socket },
      // S7: the time to knock doesn't run without the sender.
      ...(member === SENDER ? rest.filter(isKnocking).map(knockTimer) : [knockTimer({ member })]),
    ],
    started: [],
  };
}

/** SPEC.md, S1 and S8: the server makes a socket leave. */
export function expel(seats: readonly Seat[], socket: SocketId, code: RefusalCode): RoomChange {
  return vacate(seats, socket, refuse(socket, code));
}

/** SPEC.md, S10: tells everybody to come back. Nobody is told that others leave. */
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
    ...recordLife({ seats, settings }, socket),
    commands:
      target === undefined
        ? []
        : [send(target.socket, { type: 'relay', from, session, seq, data })],
  };
}

/** SPEC.md, S9: any message shows that the socket is alive. */
export function recordLife({ seats, settings }: RoomContext, socket: SocketId): RoomChange {
  const timer = { type: 'silence.elapsed', socket } as const;
  return {
    ...unchanged(seats),
    stopped: [timer],
    started: [{ timer, delay: settings.silenceTimeout }],
  };
}

/** SPEC.md, S8: a receiver that has accepted keeps the seat that it has. Accepting gives it none. */
export function accept(context: RoomContext, socket: SocketId): RoomChange {
  const alive = recordLife(context, socket);
  return {
    ...alive,
    seats: context.seats.map((seat) =>
      seat.socket === socket ? { ...seat, hasAccepted: true } : seat,
    ),
    stopped: [...alive.stopped, { type: 'unaccepted.elapsed', socket }],
  };
}

/** SPEC.md, S9: asks for a sign of life, and starts the timer of the next ping. */
export function ping({ seats, settings }: RoomContext, socket: SocketId): RoomChange {
  return {
    ...unchanged(seats),
    commands: [send(socket, { type: 'ping' })],
    started: [{ timer: { type: 'ping.due', socket }, delay: settings.pingInterval }],
  };
}

/** Closes a socket with a code, without a message. */
export function close(socket: SocketId, code: number, reason: string): RoomCommand {
  return { type: 'socket.close', socket, code, reason };
}

/** The name under which a timer is started and stopped. */
export function timerId(timer: RoomTimer): string {
  return `${timer.type}:${'member' in timer ? timer.member : timer.socket}`;
}

function knockTimer({ member }: Pick<Seat, 'member'>): RoomTimer {
  return { type: 'knock.elapsed', member };
}

function unacceptedTimer(socket: SocketId, { unacceptedTimeout }: RoomSettings) {
  const timer = { type: 'unaccepted.elapsed', socket } as const;
  return { timer, delay: unacceptedTimeout };
}

// Joins two changes. If both touch the same timer, the later one decides.
function after(first: RoomChange, then: RoomChange): RoomChange {
  return {
    seats: then.seats,
    commands: [...first.commands, ...then.commands],
    stopped: [...first.stopped, ...then.stopped],
    started: [...first.started, ...then.started],
  };
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
