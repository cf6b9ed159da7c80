// Who is in a room, asked in the ways in which its rules ask.

import { KNOCKERS_MAX } from '../constants.ts';
import { SENDER, type PeerId } from '../protocol/types.ts';
import type { RoomContext, Seat, SocketId } from './types.ts';

/** Everybody online but the sender. */
export function receiversOf(seats: readonly Seat[]): readonly Seat[] {
  return seats.filter((seat) => seat.member !== SENDER);
}

/** Whether the sender is online. */
export function hasSender(seats: readonly Seat[]): boolean {
  return seats.some((seat) => seat.member === SENDER);
}

/** Whether a socket is the sender's, who alone may admit and dismiss. */
export function isSender(seats: readonly Seat[], socket: SocketId): boolean {
  return memberAt(seats, socket) === SENDER;
}

/** Whether the sender has not admitted somebody. */
export function isKnocking({ stage }: Seat): boolean {
  return stage === 'knocking';
}

/** Whom somebody may reach: receivers the sender, the sender receivers. */
export function counterpartsOf(seats: readonly Seat[], member: PeerId): readonly Seat[] {
  return member === SENDER ? receiversOf(seats) : seats.filter((seat) => seat.member === SENDER);
}

/** Who sits at a socket; empty for nobody. */
export function memberAt(seats: readonly Seat[], socket: SocketId): PeerId {
  return seats.find((seat) => seat.socket === socket)?.member ?? '';
}

/** SPEC.md, S7: with the sender here, the places to knock are few; without, all receivers together are. */
export function hasPlace({ seats, settings }: RoomContext): boolean {
  return hasSender(seats)
    ? seats.filter(isKnocking).length < KNOCKERS_MAX
    : receiversOf(seats).length < settings.receiversMax + KNOCKERS_MAX;
}
