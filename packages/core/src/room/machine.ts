// One room of the signaling server.
//
// It knows which members are online through which sockets, and nothing else: not what is relayed, not who a member is
// beyond the seat that it has proven, not how long a room has existed. It refuses to know sockets' addresses, rates and
// buffers; those are the adapter's.
//
// I10: at most the sender, `receiversMax` receivers that it has admitted and KNOCKERS_MAX others are here, each
//      with at most four timers; a room without seats has ended.
// I13: what one receiver does reaches only the sender, and ends nobody's seat. A knocking member may have to make room
//      for a newcomer (S7), but an admitted one never does.
import { assign, cancel, enqueueActions, raise, setup } from 'xstate';

import { CLOSE_CODES } from '../constants.ts';
import {
  accept,
  admit,
  close,
  dismiss,
  endKnock,
  enter,
  expel,
  recordLife,
  ping,
  relay,
  stop,
  timerId,
  vacate,
} from './rules.ts';
import { hasSender, isSender, receiversOf } from './seats.ts';
import type {
  RoomChange,
  RoomCommand,
  RoomContext,
  RoomEvent,
  RoomSettings,
  SocketId,
} from './types.ts';

/** Makes all decisions about one room (SPEC.md, S). Its last command is `room.ended`. */
export const roomMachine = setup({
  types: {
    context: {} as RoomContext,
    events: {} as RoomEvent,
    input: {} as RoomSettings,
    emitted: {} as RoomCommand,
  },
  actions: {
    carryOut: enqueueActions(({ enqueue }, { seats, commands, stopped, started }: RoomChange) => {
      enqueue(assign({ seats }));
      for (const command of commands) enqueue.emit(command);
      for (const timer of stopped) enqueue(cancel(timerId(timer)));
      for (const { timer, delay } of started) enqueue(raise(timer, { id: timerId(timer), delay }));
    }),
    notifyEnded: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'room.ended' })),
  },
  guards: {
    isSeated: ({ context }, socket: SocketId) =>
      context.seats.some((seat) => seat.socket === socket),
    isNewSocket: ({ context }, socket: SocketId) =>
      !context.seats.some((seat) => seat.socket === socket),
    isEmpty: ({ context }) => context.seats.length === 0,
    hasSender: ({ context }) => hasSender(context.seats),
    isSender: ({ context }, socket: SocketId) => isSender(context.seats, socket),
    hasBothRoles: ({ context }) => {
      const receivers = receiversOf(context.seats).length;
      return receivers > 0 && receivers < context.seats.length;
    },
  },
}).createMachine({
  id: 'room',
  context: ({ input }) => ({ settings: input, seats: [] }),
  initial: 'created',
  states: {
    created: {
      on: {
        'member.joined': {
          target: 'open',
          actions: { type: 'carryOut', params: ({ context, event }) => enter(context, event) },
        },
        'server.stopping': 'ended',
      },
    },
    open: {
      initial: 'counting',
      on: {
        'member.joined': {
          guard: { type: 'isNewSocket', params: ({ event }) => event.socket },
          target: '.counting',
          actions: { type: 'carryOut', params: ({ context, event }) => enter(context, event) },
        },
        'socket.closed': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => vacate(context.seats, event.socket, []),
          },
        },
        'member.left': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event: { socket } }) =>
              vacate(context.seats, socket, [close(socket, CLOSE_CODES.left, 'left')]),
          },
        },
        'message.refused': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => expel(context.seats, event.socket, event.code),
          },
        },
        'unaccepted.elapsed': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => expel(context.seats, event.socket, 'idle'),
          },
        },
        'silence.elapsed': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event: { socket } }) =>
              vacate(context.seats, socket, [close(socket, CLOSE_CODES.silent, 'silent')]),
          },
        },
        'ping.due': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => ping(context, event.socket),
          },
        },
        'pong.received': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => recordLife(context, event.socket),
          },
        },
        'delivery.accepted': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => accept(context, event.socket),
          },
        },
        // S13: only the sender may send this; from anybody else it is a violation.
        'admit.received': [
          {
            guard: { type: 'isSender', params: ({ event }) => event.socket },
            actions: {
              type: 'carryOut',
              params: ({ context, event }) => admit(context, event.socket, event.member),
            },
          },
          {
            guard: { type: 'isSeated', params: ({ event }) => event.socket },
            target: '.counting',
            actions: {
              type: 'carryOut',
              params: ({ context, event }) => expel(context.seats, event.socket, 'malformed'),
            },
          },
        ],
        'dismiss.received': [
          {
            guard: { type: 'isSender', params: ({ event }) => event.socket },
            target: '.counting',
            actions: {
              type: 'carryOut',
              params: ({ context, event }) => dismiss(context, event.socket, event.member),
            },
          },
          {
            guard: { type: 'isSeated', params: ({ event }) => event.socket },
            target: '.counting',
            actions: {
              type: 'carryOut',
              params: ({ context, event }) => expel(context.seats, event.socket, 'malformed'),
            },
          },
        ],
        'knock.elapsed': {
          target: '.counting',
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => endKnock(context, event.member),
          },
        },
        // Only one role is here, so the message's receiver is not online (S5). `introduced` relays.
        'relay.received': {
          guard: { type: 'isSeated', params: ({ event }) => event.socket },
          actions: {
            type: 'carryOut',
            params: ({ context, event }) => recordLife(context, event.socket),
          },
        },
        'server.stopping': {
          target: '.counting',
          actions: { type: 'carryOut', params: ({ context }) => stop(context.seats) },
        },
      },
      states: {
        counting: {
          always: [
            { guard: 'isEmpty', target: '#room.ended' },
            { guard: 'hasBothRoles', target: 'introduced' },
            { guard: 'hasSender', target: 'awaitingReceivers' },
            { target: 'awaitingSender' },
          ],
        },
        awaitingSender: {},
        awaitingReceivers: {},
        introduced: {
          on: {
            'relay.received': {
              guard: { type: 'isSeated', params: ({ event }) => event.socket },
              actions: { type: 'carryOut', params: ({ context, event }) => relay(context, event) },
            },
          },
        },
      },
    },
    ended: { type: 'final', entry: 'notifyEnded' },
  },
});
