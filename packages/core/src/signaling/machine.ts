// One client's place in a room: keeps a socket to the signaling server, and replaces it when it is lost.
//
// It knows the role, the room and the token, and how often it has tried. It refuses to know what is said through it:
// envelopes pass unread. Each socket has its own number (I5), so late events of an older socket change nothing.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { backoffDelay } from '../backoff.ts';
import { JOIN_TIMEOUT, SILENCE_TIMEOUT } from '../constants.ts';
import { encodeClientMessage } from '../protocol/server-messages.ts';
import type { ClientMessage, ServerMessage } from '../protocol/types.ts';
import { isWaitCode, joinText, readServerMessage, refusalReport } from './rules.ts';
import type {
  SignalingCommand,
  SignalingContext,
  SignalingEvent,
  SignalingInput,
} from './types.ts';

type Joined = Extract<ServerMessage, { readonly type: 'joined' }>;

export const signalingMachine = setup({
  types: {
    context: {} as SignalingContext,
    input: {} as SignalingInput,
    events: {} as
      SignalingEvent | { readonly type: 'server.sent'; readonly message: ServerMessage },
    emitted: {} as SignalingCommand,
  },
  delays: {
    joinTimeout: JOIN_TIMEOUT,
    silenceTimeout: SILENCE_TIMEOUT,
    backoff: ({ context }) => backoffDelay(context.attempts, context.jitter),
  },
  guards: {
    isCurrentSocket: ({ context, event }) =>
      !('socket' in event) || event.socket === context.socket,
  },
  actions: {
    openNextSocket: enqueueActions(({ context, enqueue }) => {
      const socket = context.socket + 1;
      enqueue.assign({ socket });
      enqueue.emit({ type: 'socket.open', socket });
    }),
    closeSocket: emit(({ context }) => ({ type: 'socket.close', socket: context.socket }) as const),
    sendJoin: emit(
      ({ context }) =>
        ({ type: 'socket.send', socket: context.socket, text: joinText(context) }) as const,
    ),
    send: emit(
      ({ context }, message: ClientMessage) =>
        ({
          type: 'socket.send',
          socket: context.socket,
          text: encodeClientMessage(message),
        }) as const,
    ),
    report: emit((_, command: SignalingCommand) => command),
    reportJoined: emit(
      (_, { peers, tags = [], seats = 0, iceServers }: Joined) =>
        ({ type: 'signaling.joined', peers, tags, seats, iceServers }) as const,
    ),
    reportUnreachable: emit({ type: 'signaling.unreachable' }),
    // Reset here, and not at `joined`: a member that is admitted and dismissed again and again, since the room is full,
    // must come back ever more slowly.
    countAnew: assign({ attempts: 0 }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    keepJitter: assign({ jitter: (_, jitter: number) => jitter }),
    readMessage: enqueueActions(({ enqueue }, text: string) => {
      const message = readServerMessage(text);
      // A message that can't be read is dropped: a server that sends nonsense can only delay (I9).
      if (message !== undefined) enqueue.raise({ type: 'server.sent', message });
    }),
    handle: enqueueActions(({ enqueue }, message: ServerMessage) => {
      switch (message.type) {
        case 'peer.online':
          enqueue.emit({ type: 'peer.online', peer: message.peer, tag: message.tag ?? '' });
          break;
        case 'peer.offline':
          enqueue.emit(message);
          break;
        case 'relay': {
          const { from, session, seq, data } = message;
          enqueue.emit({ type: 'relay.received', envelope: { peer: from, session, seq, data } });
          break;
        }
        default:
          break;
      }
    }),
  },
}).createMachine({
  id: 'signaling',
  context: ({ input }) => ({
    role: input?.role ?? 'receiver',
    room: input?.room ?? '',
    token: input?.token ?? '',
    socket: 0,
    attempts: 0,
    jitter: 0,
    accepted: false,
  }),
  initial: 'entering',
  on: {
    'signaling.stopped': '.stopped',
    'delivery.accepted': { actions: assign({ accepted: true }) },
  },
  states: {
    entering: {
      entry: 'openNextSocket',
      after: {
        joinTimeout: { target: 'backingOff', actions: ['closeSocket', 'reportUnreachable'] },
      },
      on: {
        // Reported for every attempt that fails, so that nobody waits for a server that can't be reached.
        'socket.closed': {
          guard: 'isCurrentSocket',
          target: 'backingOff',
          actions: [
            { type: 'keepJitter', params: ({ event }) => event.jitter },
            'reportUnreachable',
          ],
        },
      },
      initial: 'connecting',
      states: {
        connecting: {
          on: { 'socket.opened': { guard: 'isCurrentSocket', target: 'joining' } },
        },
        joining: {
          entry: 'sendJoin',
          on: {
            'message.received': {
              guard: 'isCurrentSocket',
              actions: { type: 'readMessage', params: ({ event }) => event.text },
            },
            'server.sent': [
              {
                guard: ({ event }) => event.message.type === 'joined',
                target: '#signaling.joined',
                actions: { type: 'reportJoined', params: ({ event }) => event.message as Joined },
              },
              ...refusals(),
            ],
          },
        },
      },
    },
    joined: {
      entry: enqueueActions(({ context, enqueue }) => {
        if (context.accepted) enqueue({ type: 'send', params: { type: 'accepted' } });
      }),
      exit: { type: 'report', params: { type: 'signaling.lost' } },
      // Every message re-enters this state, which restarts the timer of the silence.
      initial: 'listening',
      states: {
        listening: {
          after: {
            silenceTimeout: {
              target: '#signaling.backingOff',
              actions: ['closeSocket', 'countAnew'],
            },
          },
        },
      },
      on: {
        'message.received': {
          guard: 'isCurrentSocket',
          target: '.listening',
          actions: { type: 'readMessage', params: ({ event }) => event.text },
        },
        'server.sent': [
          ...refusals(),
          {
            guard: ({ event }) => event.message.type === 'ping',
            actions: { type: 'send', params: { type: 'pong' } },
          },
          { actions: { type: 'handle', params: ({ event }) => event.message } },
        ],
        'relay.requested': {
          actions: {
            type: 'send',
            params: ({ event }) => {
              const { peer, session, seq, data } = event.envelope;
              return { type: 'relay', to: peer, session, seq, data };
            },
          },
        },
        'delivery.accepted': {
          actions: [assign({ accepted: true }), { type: 'send', params: { type: 'accepted' } }],
        },
        'admit.requested': {
          actions: {
            type: 'send',
            params: ({ event }) => ({ type: 'admit', member: event.member }),
          },
        },
        'dismiss.requested': {
          actions: {
            type: 'send',
            params: ({ event }) => ({ type: 'dismiss', member: event.member }),
          },
        },
        'signaling.stopped': {
          target: 'stopped',
          actions: { type: 'send', params: { type: 'leave' } },
        },
        'socket.closed': {
          guard: 'isCurrentSocket',
          target: 'backingOff',
          actions: [{ type: 'keepJitter', params: ({ event }) => event.jitter }, 'countAnew'],
        },
      },
    },
    backingOff: {
      after: { backoff: { target: 'entering', actions: 'countAttempt' } },
      on: {
        'retry.requested': { target: 'entering', actions: 'countAttempt' },
        // A socket that this side has given up brings its jitter only now. Without it, all clients that a server has
        // refused or asked to wait would come back at once.
        'socket.closed': {
          guard: 'isCurrentSocket',
          target: 'backingOff',
          reenter: true,
          actions: { type: 'keepJitter', params: ({ event }) => event.jitter },
        },
      },
    },
    replaced: {
      type: 'final',
      entry: ['closeSocket', { type: 'report', params: { type: 'signaling.replaced' } }],
    },
    refused: { type: 'final', entry: 'closeSocket' },
    stopped: { type: 'final', entry: 'closeSocket' },
  },
});

type Refused = Extract<ServerMessage, { readonly type: 'refused' }>;
type Sent = { readonly event: { readonly message: ServerMessage } };

// Refusals in `joining` and in `joined`: the seat is gone for good, or the server asks the client to wait (S11).
function refusals() {
  const reportRefusal = {
    type: 'report' as const,
    params: ({ event }: Sent): SignalingCommand => refusalReport(event.message as Refused),
  };
  return [
    {
      guard: ({ event }: Sent) => event.message.type === 'replaced',
      target: '#signaling.replaced',
    },
    {
      guard: ({ event }: Sent) =>
        event.message.type === 'refused' && !isWaitCode(event.message.code),
      target: '#signaling.refused',
      actions: reportRefusal,
    },
    {
      guard: ({ event }: Sent) => event.message.type === 'refused',
      target: '#signaling.backingOff',
      actions: ['closeSocket' as const, reportRefusal],
    },
  ] as const;
}
