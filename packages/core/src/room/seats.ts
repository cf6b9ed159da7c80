// Questions about the seats of a room, for its rules.

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

/** Whether a socket belongs to the sender. Only the sender may admit and dismiss. */
export function isSender(seats: readonly Seat[], socket: SocketId): boolean {
  return memberAt(seats, socket) === SENDER;
}

/** Whether the sender has not admitted the member yet. */
export function isKnocking({ stage }: Seat): boolean {
  return stage === 'knocking';
}

/** The members that this one may reach: the sender for a receiver, the receivers for the sender. */
export function counterpartsOf(seats: readonly Seat[], member: PeerId): readonly Seat[] {
  return member === SENDER ? receiversOf(seats) : seats.filter((seat) => seat.member === SENDER);
}

/** The member at a socket; empty if there is none. */
export function memberAt(seats: readonly Seat[], socket: SocketId): PeerId {
  return seats.find((seat) => seat.socket === socket)?.member ?? '';
}

/**
 * SPEC.md, S7: while the sender is here, places to knock are few; without it, the limit is on all receivers together.
 */
export function hasPlace({ seats, settings }: RoomContext): boolean {
  return hasSender(seats)
    ? seats.filter(isKnocking).length < KNOCKERS_MAX
    : receiversOf(seats).length < settings.receiversMax + KNOCKERS_MAX;
}
