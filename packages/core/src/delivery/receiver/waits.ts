// How long a receiver waits for the sender, and what it does then (SPEC.md: M1, T5). A pause may last for ever; every
// other wait ends.

import type { OfferEvent } from './setup.ts';

interface Progress {
  readonly event: { readonly bytes: number };
}

// M1: once connected, the offer is due, each message and all of it in time. Messages may come before this side knows
// that it is connected.
export function receivingOffer<After>(overdue: (here: 'listening' | 'awaiting') => After) {
  const collect = { type: 'collect', params: ({ event }: { event: OfferEvent }) => event } as const;
  return {
    reaching: {
      on: {
        'connection.established': 'listening',
        'offer.received': { target: 'listening', actions: collect },
        'page.received': { actions: collect },
        'connection.lost': { actions: 'forgetPages' },
      },
    },
    listening: {
      entry: { type: 'noteWaiting', params: 'offer' },
      initial: 'awaiting',
      after: { offerTimeout: overdue('listening') },
      on: {
        'connection.established': {},
        'connection.lost': {
          target: 'reaching',
          actions: ['forgetPages', { type: 'noteWaiting', params: 'connection' }],
        },
      },
      states: {
        awaiting: {
          after: { pageTimeout: overdue('awaiting') },
          on: {
            'offer.received': { target: 'awaiting', reenter: true, actions: collect },
            'page.received': { target: 'awaiting', reenter: true, actions: collect },
          },
        },
      },
    },
  } as const;
}

/** T5: tries an accepted delivery over another connection, a few times in a row; then it fails. */
export function standingStill<Here extends string>(here: Here) {
  return [
    {
      guard: 'isHopeful',
      target: here,
      reenter: true,
      actions: ['countStandstill', { type: 'command', params: { type: 'generation.spoil' } }],
    },
    { target: '#receiverDelivery.open.stalled' },
  ] as const;
}

const advancing = {
  target: 'flowing',
  reenter: true,
  actions: { type: 'recordProgress', params: ({ event }: Progress) => event.bytes },
} as const;

/** Bytes move, nothing moves, or one of the two has paused it. */
export function flow() {
  return {
    // Bytes move.
    flowing: {
      always: { guard: 'isPaused', target: 'paused' },
      after: { quietTimeout: 'quiet' },
      on: {
        'traffic.received': { target: 'flowing', reenter: true, actions: 'forgetStandstills' },
        'compared.received': { target: 'flowing', reenter: true },
        'progress.made': advancing,
      },
    },
    // The connection is alive, but nothing comes: show it. Another connection may do better (T5).
    quiet: {
      always: { guard: 'isPaused', target: 'paused' },
      after: { standstillTimeout: standingStill('quiet') },
      on: {
        'traffic.received': { target: 'flowing', actions: 'forgetStandstills' },
        'compared.received': 'flowing',
        'progress.made': advancing,
      },
    },
    // Paused by a person or a disk, for as long as it takes (P1).
    paused: { always: { guard: 'isFlowing', target: 'flowing' } },
  } as const;
}
