// One delivery's path to the other side: handshake, session, generations, liveness.
//
// It knows the link's keys (initiator) or that the bundle has checked them (responder), the session, and the newest
// generation. It refuses to know what is delivered over the path, and how a socket or a peer connection works. Messages
// of an older session or generation change nothing (I5); a flipped bit ends the session and nothing else (I6); at most
// one generation is live (I7).
//
// The ladder of recovery is here (SPEC.md, G6 to G9): silence → another path for the same connection (an ICE restart) →
// a new connection, with a new generation and through a new session → waiting, with back-off, until the delivery ends.
// Only messages from the other side count as signs of life.

import { assign, raise } from 'xstate';
import { SENDER } from '../protocol/types.ts';
import { receiveAnswerOfPerson, receiveEnvelope, sendNegotiation } from './incoming.ts';
import { beginHandshake, receiveAnswer, receiveSecret, initialContext } from './rules.ts';
import { connection } from './setup.ts';

export const connectionMachine = connection.createMachine({
  id: 'connection',
  context: ({ input }) => initialContext(input),
  initial: 'waiting',
  on: {
    'connection.ended': '.ended',
    'receiver.named': {
      actions: { type: 'nameReceiver', params: ({ event }) => event.receiverName },
    },
    'place.withdrawn': {
      guard: ({ context }) => context.input.role === 'responder',
      target: '.ended',
      actions: { type: 'sendGoodbye', params: 'full' },
    },
    'signaling.joined': {
      actions: { type: 'noteSender', params: ({ event }) => event.peers.includes(SENDER) },
    },
    'signaling.lost': { actions: { type: 'noteSender', params: false } },
    'peer.online': {
      guard: ({ event }) => event.peer === SENDER,
      actions: { type: 'noteSender', params: true },
    },
    'peer.offline': {
      guard: ({ event }) => event.peer === SENDER,
      actions: { type: 'noteSender', params: false },
    },
    'session.opened': [
      {
        guard: { type: 'isNewGeneration', params: ({ event }) => event.generation },
        target: '.live',
        reenter: true,
        actions: { type: 'adoptSession', params: ({ event }) => event },
      },
      // G2: the generation has been used before.
      { actions: { type: 'dismiss', params: ({ event }) => event.session } },
    ],
  },
  states: {
    // The initiator waits for the sender; the responder for a session.
    waiting: {
      entry: 'forgetSession',
      always: {
        guard: ({ context }) => context.input.role === 'initiator' && context.senderOnline,
        target: 'drawing',
      },
    },
    drawing: {
      entry: 'drawEntropy',
      on: {
        'entropy.drawn': {
          target: 'handshaking',
          actions: {
            type: 'apply',
            params: ({ context, event }) => beginHandshake(context.input, event),
          },
        },
        'entropy.failed': {
          target: 'backingOff',
          actions: assign({ jitter: ({ event }) => event.jitter }),
        },
      },
    },
    handshaking: {
      after: { handshakeTimeout: 'backingOff' },
      always: { guard: ({ context }) => !context.senderOnline, target: 'waiting' },
      on: {
        'relay.received': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => receiveAnswer(context, event.envelope),
          },
        },
        'secret.computed': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => receiveSecret(context, event),
          },
        },
        'handshake.finished': 'live',
        'handshake.failed': [
          {
            guard: 'isAttack',
            target: 'failed',
            actions: { type: 'reportFailure', params: 'security' },
          },
          { target: 'backingOff' },
        ],
      },
    },
    live: {
      entry: 'startNegotiation',
      exit: 'stopNegotiation',
      initial: 'negotiating',
      on: {
        'relay.received': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => receiveEnvelope(context, event.envelope),
          },
        },
        'negotiation.sent': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => sendNegotiation(context, event.message),
          },
        },
        'goodbye.received': {
          target: 'failed',
          actions: { type: 'reportFailure', params: ({ event }) => event.code },
        },
        // A6: this is a wait, however long: a receiver that is admitted at last has missed nothing.
        'place.missing': '#connection.awaitingPlace',
        'answer.missing': '#connection.awaitingAnswer',
        // G7: even before this side has seen the lane open: the other side has.
        'reconnect.received': 'retrying',
        // G8: if only this end has lost it, the path may be fine; even before the lane was open.
        'generation.spoiled': { target: 'retrying', actions: 'askToReconnect' },
        // N3: a new socket on either end ends the session. A lane that is open needs none.
        'signaling.lost': {
          actions: ['forgetSession', { type: 'noteSender', params: false }],
        },
        'peer.offline': {
          guard: { type: 'isMyPeer', params: ({ event }) => event.peer },
          actions: ['forgetSession', { type: 'noteSender', params: false }],
        },
      },
      states: {
        negotiating: {
          after: {
            connectTimeout: noWay(),
          },
          on: {
            'lane.opened': {
              guard: { type: 'isCurrentGeneration', params: ({ event }) => event.generation },
              target: 'connected',
            },
            // G8: what comes over the lane has found the way, even where one of its channels is not open here yet.
            'traffic.received': { actions: 'noteConnected' },
            'lane.closed': {
              guard: { type: 'isCurrentGeneration', params: ({ event }) => event.generation },
              actions: raise({ type: 'way.missing' }),
            },
            'lane.suspected': {
              guard: { type: 'isCurrentGeneration', params: ({ event }) => event.generation },
              actions: raise({ type: 'way.missing' }),
            },
            'negotiation.failed': {
              guard: { type: 'isCurrentGeneration', params: ({ event }) => event.generation },
              actions: raise({ type: 'way.missing' }),
            },
            'way.missing': noWay(),
            'session.ended': [
              {
                guard: 'isAttack',
                target: '#connection.failed',
                actions: { type: 'reportFailure', params: 'security' },
              },
              { target: '#connection.retrying' },
            ],
            // N3: a negotiation ends with the session that it needs.
            'signaling.lost': {
              target: '#connection.retrying',
              actions: { type: 'noteSender', params: false },
            },
            'peer.offline': {
              guard: { type: 'isMyPeer', params: ({ event }) => event.peer },
              target: '#connection.retrying',
              actions: { type: 'noteSender', params: false },
            },
          },
        },
        connected: {
          entry: ['noteConnected', 'reportEstablished'],
          // Failures count only in a row and while connecting: those of the session while connected don't (N6).
          exit: ['forgetFailures', 'reportLost'],
          type: 'parallel',
          on: {
            'lane.closed': {
              guard: { type: 'isCurrentGeneration', params: ({ event }) => event.generation },
              target: '#connection.retrying',
              actions: 'askToReconnect',
            },
          },
          states: {
            speaking: {
              initial: 'pausing',
              states: {
                pausing: {
                  after: {
                    heartbeatInterval: { target: 'pausing', reenter: true, actions: 'sendBeat' },
                  },
                },
              },
              on: { 'control.sent': '.pausing' },
            },
            listening: {
              initial: 'awaiting',
              on: { 'traffic.received': '.awaiting' },
              states: {
                // The silence counts from the last sign of life, however early another path is looked for (C3, G9).
                awaiting: {
                  initial: 'hearing',
                  after: {
                    heartbeatTimeout: { target: '#connection.retrying', actions: 'askToReconnect' },
                  },
                  states: {
                    hearing: {
                      after: { stallTimeout: 'stalled' },
                      on: {
                        'path.suspected': { guard: 'hasSession', target: 'stalled' },
                        'lane.suspected': {
                          guard: {
                            type: 'isCurrentGeneration',
                            params: ({ event }) => event.generation,
                          },
                          target: 'stalled',
                        },
                      },
                    },
                    // The first rung: another path for the same connection, which a heartbeat may show at once.
                    stalled: { entry: ['sendBeat', 'restartNegotiation'] },
                  },
                },
              },
            },
          },
        },
      },
    },
    // A8: a person takes their time; the server ends the wait (S8). A yes ends the session, and another begins.
    awaitingAnswer: {
      entry: 'forgetFailures',
      on: {
        'relay.received': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => receiveAnswerOfPerson(context, event.envelope),
          },
        },
        'goodbye.received': {
          target: 'failed',
          actions: { type: 'reportFailure', params: ({ event }) => event.code },
        },
        'place.missing': 'awaitingPlace',
        'session.ended': 'retrying',
        // The sender's person sees who asks: the next hello says it.
        'receiver.named': {
          target: 'retrying',
          actions: { type: 'nameReceiver', params: ({ event }) => event.receiverName },
        },
        'signaling.lost': {
          target: 'retrying',
          actions: { type: 'noteSender', params: false },
        },
        'peer.offline': {
          guard: { type: 'isMyPeer', params: ({ event }) => event.peer },
          target: 'retrying',
          actions: { type: 'noteSender', params: false },
        },
      },
    },
    // Back to the start of this role's path.
    retrying: { always: [{ guard: 'isInitiator', target: 'backingOff' }, { target: 'waiting' }] },
    backingOff: { entry: ['forgetSession', 'scheduleRetry'], ...tryAgain() },
    awaitingPlace: { entry: ['forgetSession', 'reportWait'], ...tryAgain() },
    failed: { type: 'final', entry: 'forgetSession' },
    ended: { type: 'final', entry: 'forgetSession' },
  },
});

// No path to the other side: that ends a first try, and only delays a later one (G8).
function noWay() {
  return [
    {
      guard: 'isFirstTry' as const,
      target: '#connection.failed',
      actions: [
        { type: 'sendGoodbye' as const, params: 'unreachable' as const },
        { type: 'reportFailure' as const, params: 'unreachable' as const },
      ],
    },
    { target: '#connection.retrying' },
  ] as const;
}

// Another attempt, after the back-off or as soon as there is reason for one.
function tryAgain() {
  return {
    after: { backoff: { target: 'waiting', actions: 'countAttempt' } },
    on: {
      'retry.requested': { target: 'waiting', actions: 'countAttempt' },
      // A sender that comes back can be reached now.
      'peer.online': {
        guard: ({ event }: { event: { readonly peer: string } }) => event.peer === SENDER,
        target: 'waiting',
        actions: { type: 'noteSender', params: true },
      },
    },
  } as const;
}
