// One receiver's copy of the bundle, on the sender's side.
//
// It knows what is offered, how far the other side has got, and how it ended. It refuses to know how the
// other side is reached, how bytes are read and how credit works. Nothing moves before `accept` (I14);
// complete means that the receiver has verified the same digest (I2, I12); every end releases everything
// once (I11).

import { assign, emit, setup } from 'xstate';
import type { FailureCode, Manifest } from '../protocol/types.ts';
import { isSameDigest, loseFile } from './rules.ts';
import type {
  DeliveryCommand,
  FailedFile,
  SenderDeliveryContext,
  SenderDeliveryEvent,
  SenderDeliveryInput,
} from './types.ts';

const NO_MANIFEST: Manifest = { name: '', entries: [], bytes: 0 };

export const senderDeliveryMachine = setup({
  types: {
    context: {} as SenderDeliveryContext,
    input: {} as SenderDeliveryInput,
    events: {} as SenderDeliveryEvent,
    emitted: {} as DeliveryCommand,
  },
  guards: {
    isSameDigest: ({ context }, digest: string) => isSameDigest(context.digest, digest),
  },
  actions: {
    command: emit((_, command: DeliveryCommand) => command),
    sendOffer: emit(({ context }) => ({ type: 'offer.send' as const, manifest: context.manifest })),
    askForDigest: emit(({ context }) => ({
      type: 'source.digest' as const,
      failedFiles: context.failedFiles,
    })),
    recordProgress: assign({
      bytes: ({ context }, bytes: number) => Math.min(context.total, bytes),
    }),
    recordFailedFile: assign(({ context }, failed: FailedFile) => loseFile(context, failed)),
    recordDigest: assign({ digest: (_, digest: Uint8Array) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    tellFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit({ type: 'delivery.release', keepSink: false }),
  },
}).createMachine({
  id: 'senderDelivery',
  context: ({ input }) => ({
    manifest: input?.manifest ?? NO_MANIFEST,
    total: input?.manifest.bytes ?? 0,
    bytes: 0,
    failedFiles: [],
    failure: undefined,
    cancelledBy: undefined,
    digest: undefined,
  }),
  initial: 'open',
  states: {
    open: {
      initial: 'connecting',
      on: {
        'cancel.requested': {
          target: 'cancelled',
          actions: [
            { type: 'recordCanceller', params: 'me' },
            { type: 'command', params: { type: 'cancel.send' } },
          ],
        },
        'cancel.received': {
          target: 'cancelled',
          actions: { type: 'recordCanceller', params: 'them' },
        },
        'failed.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: ({ event }) => event.code },
        },
        'connection.failed': {
          target: 'failed',
          actions: { type: 'recordFailure', params: ({ event }) => event.code },
        },
        'platform.failed': {
          target: 'failed',
          actions: [{ type: 'recordFailure', params: ({ event }) => event.code }, 'tellFailure'],
        },
        // C1: what has a place in one state is a violation in every other.
        'remote.misbehaved': { target: '.misbehaved' },
        'accept.received': { target: '.misbehaved' },
        'credit.received': { target: '.misbehaved' },
        'verified.received': { target: '.misbehaved' },
      },
      states: {
        connecting: {
          on: { 'connection.established': 'offered', 'connection.lost': 'interrupted' },
        },
        offered: {
          entry: 'sendOffer',
          on: {
            'accept.received': {
              target: 'moving',
              actions: {
                type: 'command',
                params: ({ event }) => ({ type: 'outflow.start', credit: event.credit }),
              },
            },
            'connection.lost': 'interrupted',
          },
        },
        // The receiver has gone before accepting; it may come back with a new generation.
        interrupted: { on: { 'connection.established': 'offered' } },
        moving: {
          on: {
            'credit.received': {},
            'progress.made': {
              actions: { type: 'recordProgress', params: ({ event }) => event.bytes },
            },
            'file.failed': { actions: { type: 'recordFailedFile', params: ({ event }) => event } },
            'outflow.finished': 'verifying',
            'connection.lost': { target: 'lost' },
          },
        },
        verifying: {
          entry: 'askForDigest',
          on: {
            'digest.computed': {
              actions: [
                { type: 'recordDigest', params: ({ event }) => event.digest },
                {
                  type: 'command',
                  params: ({ event }) => ({ type: 'sent.send', digest: event.digest }),
                },
              ],
            },
            'verified.received': [
              {
                guard: { type: 'isSameDigest', params: ({ event }) => event.digest },
                target: '#senderDelivery.complete',
              },
              { target: 'unequal' },
            ],
            'connection.lost': { target: 'lost' },
          },
        },
        lost: {
          always: {
            target: '#senderDelivery.failed',
            actions: { type: 'recordFailure', params: 'connection.lost' },
          },
        },
        unequal: {
          always: {
            target: '#senderDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'integrity' }, 'tellFailure'],
          },
        },
        misbehaved: {
          always: {
            target: '#senderDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'protocol' }, 'tellFailure'],
          },
        },
      },
    },
    complete: {
      type: 'final',
      entry: [
        assign({ bytes: ({ context }) => context.total }),
        {
          type: 'command',
          params: ({ context }) => ({
            type: 'complete.send',
            digest: context.digest ?? new Uint8Array(),
          }),
        },
        'release',
      ],
    },
    cancelled: { type: 'final', entry: 'release' },
    failed: { type: 'final', entry: 'release' },
  },
});
