// The negotiation of one RTCPeerConnection: offer, answer, candidates, ICE restarts.
//
// It knows its generation, which side it is on, and the current round. It refuses to know how messages travel and
// what a description says. One side offers, always the same, so glare can't happen: an answerer that wants a restart
// asks for it. Messages of another generation, or of a round that is over, change nothing (I5).

import { assign, emit, enqueueActions, fromPromise, setup } from 'xstate';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import { NOTHING_CHOSEN } from './choice.ts';
import {
  candidateOf,
  chooseAll,
  hasRoom,
  holdCandidate,
  isApplied,
  isAwaitedAnswer,
  isNewOffer,
  isOfDescription,
  isOfLast,
  isRestartWanted,
  isRoundLeft,
  isUsableCandidate,
  saidOf,
  takenFrom,
  ufragsOf,
  type RemoteCandidate,
  type RemoteDescription,
} from './rules.ts';
import type {
  GatheredCandidate,
  NegotiationCommand,
  NegotiationContext,
  NegotiationEvent,
  NegotiationInput,
} from './types.ts';

function candidateMessage(
  { generation }: NegotiationContext,
  round: number,
  candidate: Candidate,
): NegotiationCommand {
  return { type: 'message.send', message: { ...candidate, type: 'candidate', generation, round } };
}

const notProvided = (name: string) => () => Promise.reject(new Error(`${name} is not provided`));

const negotiation = setup({
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
    isDescribed: ({ context }) => context.localRound > 0,
    isOfLast: ({ context }, gathered: GatheredCandidate) => isOfLast(context, gathered),
    hasRestartWanted: ({ context }) => context.restartWanted && isRoundLeft(context),
  },
  actions: {
    beginRound: assign({
      round: ({ context }) => context.round + 1,
      rounds: ({ context }) => context.rounds + 1,
      restartWanted: false,
    }),
    rememberRestart: assign({ restartWanted: true }),
    countRestart: assign({ restartsWanted: ({ context }) => context.restartsWanted + 1 }),
    askForRestart: emit(({ context }) => ({
      type: 'message.send' as const,
      message: { type: 'restart.wanted' as const, generation: context.generation },
    })),
    sendDescription: enqueueActions(({ context, enqueue }, description: Description) => {
      const { generation, round } = context;
      enqueue.emit({
        type: 'message.send',
        message: { ...saidOf(context, description), type: 'description', generation, round },
      });
      const localUfrags = ufragsOf(description.sdp);
      const own = context.early.filter((gathered) => isOfDescription(localUfrags, gathered));
      const gathered = own.map(({ candidate }) => candidate);
      const [choice, said] = chooseAll(context, NOTHING_CHOSEN, gathered);
      for (const candidate of said) enqueue.emit(candidateMessage(context, round, candidate));
      const hasGathered = gathered.some(({ candidate }) => candidate === '');
      enqueue.assign({ localRound: round, localUfrags, hasGathered, choice, early: [] });
    }),
    // Candidates of an older description are of no use.
    sendCandidate: enqueueActions(({ context, enqueue }, gathered: GatheredCandidate) => {
      if (!isOfDescription(context.localUfrags, gathered)) return;
      const [choice, said] = chooseAll(context, context.choice, [gathered.candidate]);
      for (const candidate of said)
        enqueue.emit(candidateMessage(context, context.localRound, candidate));
      enqueue.assign({ choice });
      if (gathered.candidate.candidate === '') enqueue.assign({ hasGathered: true });
    }),
    keepEarly: assign({
      early: ({ context }, { candidate, ufrag }: GatheredCandidate) => [
        ...context.early,
        { candidate, ufrag },
      ],
    }),
    takeDescription: assign(({ context }, message: RemoteDescription) => {
      const { pending, candidates } = takenFrom(context, message);
      return {
        pending,
        remoteCandidates: candidates,
        rounds: context.offers ? context.rounds : context.rounds + 1,
        round: message.round,
        remoteRound: message.round,
        held: context.held.filter(({ round }) => round >= message.round),
      };
    }),
    receiveCandidate: enqueueActions(({ context, enqueue }, message: RemoteCandidate) => {
      const candidate = candidateOf(message);
      if (!isApplied(context, message.round))
        return enqueue.assign({ held: holdCandidate(context, message.round, candidate) });
      if (!hasRoom(context, candidate)) return;
      enqueue.assign({ remoteCandidates: context.remoteCandidates + 1 });
      enqueue.emit({ type: 'candidate.add', candidate });
    }),
    releaseCandidates: enqueueActions(({ context, enqueue }) => {
      let { remoteCandidates } = context;
      for (const { round, candidate } of context.held) {
        if (round !== context.remoteRound || !hasRoom({ ...context, remoteCandidates }, candidate))
          continue;
        remoteCandidates += 1;
        enqueue.emit({ type: 'candidate.add', candidate });
      }
      enqueue.assign({
        pending: undefined,
        remoteCandidates,
        held: context.held.filter(({ round }) => round > context.remoteRound),
      });
    }),
    reportFailure: emit(({ context }) => ({
      type: 'negotiation.failed' as const,
      generation: context.generation,
    })),
  },
});

// G4: nothing that belongs to a description is sent before it.
const whileDescribing = [
  {
    guard: { type: 'isOfLast', params: ({ event }: { event: GatheredCandidate }) => event },
    actions: { type: 'sendCandidate', params: ({ event }: { event: GatheredCandidate }) => event },
  },
  { actions: { type: 'keepEarly', params: ({ event }: { event: GatheredCandidate }) => event } },
] as const;

export const negotiationMachine = negotiation.createMachine({
  id: 'negotiation',
  context: ({ input }) => ({
    generation: input?.generation ?? 0,
    offers: input?.offers ?? false,
    isFrugal: input?.isFrugal ?? false,
    round: 0,
    rounds: 0,
    restartsWanted: 0,
    remoteCandidates: 0,
    localRound: 0,
    localUfrags: [],
    hasGathered: false,
    choice: NOTHING_CHOSEN,
    early: [],
    remoteRound: 0,
    restartWanted: false,
    pending: undefined,
    held: [],
  }),
  initial: 'starting',
  // In every state: events that a state doesn't handle come here.
  on: {
    'negotiation.stopped': '.stopped',
    'candidate.gathered': [
      {
        guard: 'isDescribed',
        actions: { type: 'sendCandidate', params: ({ event }) => event },
      },
      { actions: { type: 'keepEarly', params: ({ event }) => event } },
    ],
    'restart.requested': [
      { guard: 'isOfferer', actions: 'rememberRestart' },
      { actions: 'askForRestart' },
    ],
    'message.received': [
      {
        guard: { type: 'isRestartWanted', params: ({ event }) => event.message },
        actions: ['rememberRestart', 'countRestart'],
      },
      {
        guard: { type: 'isUsableCandidate', params: ({ event }) => event.message },
        actions: {
          type: 'receiveCandidate',
          params: ({ event }) => event.message as RemoteCandidate,
        },
      },
    ],
  },
  states: {
    starting: { always: [{ guard: 'isOfferer', target: 'offering' }, { target: 'awaitingOffer' }] },
    offering: {
      entry: 'beginRound',
      on: { 'candidate.gathered': whileDescribing },
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
      on: { 'candidate.gathered': whileDescribing },
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
