// The negotiation of one RTCPeerConnection: offer, answer, candidates, ICE restarts.
//
// It knows its generation, which side it is on, and the round under way. It refuses to know how messages
// travel and what a description says. One side offers, always the same, so glare can't happen: an answerer
// that wants a restart asks for it. What belongs to another generation or to a round that is over changes
// nothing (I5).

import { assign, emit, enqueueActions, fromPromise, setup } from 'xstate';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import {
  candidateOf,
  descriptionOf,
  holdCandidate,
  isApplied,
  isAwaitedAnswer,
  isNewOffer,
  isRestartWanted,
  isUsableCandidate,
  roundOfGathered,
  type RemoteCandidate,
  type RemoteDescription,
} from './rules.ts';
import type {
  NegotiationCommand,
  NegotiationContext,
  NegotiationEvent,
  NegotiationInput,
} from './types.ts';

const notProvided = (name: string) => () => Promise.reject(new Error(`${name} is not provided`));

export const negotiationMachine = setup({
  types: {
    context: {} as NegotiationContext,
    input: {} as NegotiationInput,
    events: {} as NegotiationEvent,
    emitted: {} as NegotiationCommand,
  },
  actors: {
    createOffer: fromPromise<Description, { readonly iceRestart: boolean }>(
      notProvided('createOffer'),
    ),
    acceptOffer: fromPromise<Description, Description>(notProvided('acceptOffer')),
    acceptAnswer: fromPromise<void, Description>(notProvided('acceptAnswer')),
  },
  guards: {
    isOfferer: ({ context }) => context.offers,
    isAwaitedAnswer: ({ context }, message: NegotiationMessage) =>
      isAwaitedAnswer(context, message),
    isNewOffer: ({ context }, message: NegotiationMessage) => isNewOffer(context, message),
    isRestartWanted: ({ context }, message: NegotiationMessage) =>
      isRestartWanted(context, message),
    isUsableCandidate: ({ context }, message: NegotiationMessage) =>
      isUsableCandidate(context, message),
    hasRestartWanted: ({ context }) => context.restartWanted,
  },
  actions: {
    beginRound: assign({ round: ({ context }) => context.round + 1, restartWanted: false }),
    rememberRestart: assign({ restartWanted: true }),
    askForRestart: emit(({ context }) => ({
      type: 'message.send' as const,
      message: { type: 'restart.wanted' as const, generation: context.generation },
    })),
    sendDescription: enqueueActions(({ context, enqueue }, description: Description) => {
      const { generation, round } = context;
      enqueue.emit({
        type: 'message.send',
        message: { ...description, type: 'description', generation, round },
      });
      enqueue.assign({ localRound: round });
    }),
    sendCandidate: emit(({ context }, candidate: Candidate) => ({
      type: 'message.send' as const,
      message: {
        ...candidate,
        type: 'candidate' as const,
        generation: context.generation,
        round: roundOfGathered(context),
      },
    })),
    takeDescription: assign(({ context }, message: RemoteDescription) => ({
      pending: descriptionOf(message),
      round: message.round,
      remoteRound: message.round,
      held: context.held.filter(({ round }) => round >= message.round),
    })),
    hearCandidate: enqueueActions(({ context, enqueue }, message: RemoteCandidate) => {
      const candidate = candidateOf(message);
      if (isApplied(context, message.round)) enqueue.emit({ type: 'candidate.add', candidate });
      else enqueue.assign({ held: holdCandidate(context.held, message.round, candidate) });
    }),
    releaseCandidates: enqueueActions(({ context, enqueue }) => {
      for (const { round, candidate } of context.held) {
        if (round === context.remoteRound) enqueue.emit({ type: 'candidate.add', candidate });
      }
      enqueue.assign({
        pending: undefined,
        held: context.held.filter(({ round }) => round > context.remoteRound),
      });
    }),
    reportFailure: emit(({ context }) => ({
      type: 'negotiation.failed' as const,
      generation: context.generation,
    })),
  },
}).createMachine({
  id: 'negotiation',
  context: ({ input }) => ({
    generation: input?.generation ?? 0,
    offers: input?.offers ?? false,
    round: 0,
    localRound: 0,
    remoteRound: 0,
    restartWanted: false,
    pending: undefined,
    held: [],
  }),
  initial: 'starting',
  // For every state: what a state doesn't take itself comes here.
  on: {
    'negotiation.stopped': '.stopped',
    'candidate.gathered': {
      actions: { type: 'sendCandidate', params: ({ event }) => event.candidate },
    },
    'restart.requested': [
      { guard: 'isOfferer', actions: 'rememberRestart' },
      { actions: 'askForRestart' },
    ],
    'message.received': [
      {
        guard: { type: 'isRestartWanted', params: ({ event }) => event.message },
        actions: 'rememberRestart',
      },
      {
        guard: { type: 'isUsableCandidate', params: ({ event }) => event.message },
        actions: { type: 'hearCandidate', params: ({ event }) => event.message as RemoteCandidate },
      },
    ],
  },
  states: {
    starting: { always: [{ guard: 'isOfferer', target: 'offering' }, { target: 'awaitingOffer' }] },
    offering: {
      entry: 'beginRound',
      invoke: {
        src: 'createOffer',
        input: ({ context }) => ({ iceRestart: context.round > 1 }),
        onDone: {
          target: 'awaitingAnswer',
          actions: { type: 'sendDescription', params: ({ event }) => event.output },
        },
        onError: 'failed',
      },
    },
    awaitingAnswer: {
      on: {
        'message.received': [
          {
            guard: { type: 'isAwaitedAnswer', params: ({ event }) => event.message },
            target: 'applyingAnswer',
            actions: {
              type: 'takeDescription',
              params: ({ event }) => event.message as RemoteDescription,
            },
          },
        ],
      },
    },
    applyingAnswer: {
      invoke: {
        src: 'acceptAnswer',
        input: ({ context }) => context.pending ?? { kind: 'answer', sdp: '' },
        onDone: { target: 'stable', actions: 'releaseCandidates' },
        onError: 'failed',
      },
    },
    stable: { always: { guard: 'hasRestartWanted', target: 'offering' } },
    awaitingOffer: {
      on: {
        'message.received': [
          {
            guard: { type: 'isNewOffer', params: ({ event }) => event.message },
            target: 'answering',
            actions: {
              type: 'takeDescription',
              params: ({ event }) => event.message as RemoteDescription,
            },
          },
        ],
      },
    },
    answering: {
      invoke: {
        src: 'acceptOffer',
        input: ({ context }) => context.pending ?? { kind: 'offer', sdp: '' },
        onDone: {
          target: 'awaitingOffer',
          actions: [
            { type: 'sendDescription', params: ({ event }) => event.output },
            'releaseCandidates',
          ],
        },
        onError: 'failed',
      },
    },
    failed: { type: 'final', entry: 'reportFailure' },
    stopped: { type: 'final' },
  },
});
