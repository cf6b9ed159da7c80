// One receiver's copy of the bundle, on the receiver's side.
//
// It knows what is offered, where it will land, how far it has got, how it ended and whether the person has
// the files. It refuses to know how the other side is reached, how bytes are stored and how credit works.
// Nothing moves before the person accepts (I14); complete means that all was written, hashed and equal to
// what the sender hashed (I2); every end releases everything once (I11).

import { assign, emit, enqueueActions, setup } from 'xstate';
import { SENDER, type FailureCode, type Manifest } from '../protocol/types.ts';
import { collect, isSameDigest, loseFile } from './rules.ts';
import type {
  DeliveryCommand,
  FailedFile,
  ReceiverDeliveryContext,
  ReceiverDeliveryEvent,
  SinkChoice,
} from './types.ts';

type ManifestEvent = Extract<ReceiverDeliveryEvent, { type: 'offer.received' | 'page.received' }>;
type OwnEvent = { readonly type: 'manifest.collected'; readonly manifest: Manifest };

export const receiverDeliveryMachine = setup({
  types: {
    context: {} as ReceiverDeliveryContext,
    events: {} as ReceiverDeliveryEvent | OwnEvent,
    emitted: {} as DeliveryCommand,
  },
  guards: {
    isSameDigest: ({ context }, digest: string) => isSameDigest(context.digest, digest),
    hasRoom: ({ context }) => context.sink !== undefined && context.sink.kind !== 'none',
  },
  actions: {
    command: emit((_, command: DeliveryCommand) => command),
    noteWaiting: assign({
      waitingFor: (_, waitingFor: ReceiverDeliveryContext['waitingFor']) => waitingFor,
    }),
    collect: enqueueActions(({ context, enqueue }, event: ManifestEvent) => {
      const collected = collect(context, event);
      switch (collected.kind) {
        case 'more':
          return enqueue.assign(collected.context);
        case 'whole':
          return enqueue.raise({ type: 'manifest.collected', manifest: collected.manifest });
        case 'refused':
          return enqueue.raise({ type: 'remote.misbehaved' });
      }
    }),
    recordManifest: assign((_, manifest: Manifest) => ({
      manifest,
      total: manifest.bytes,
      partial: undefined,
      sink: undefined,
    })),
    recordSink: assign({ sink: (_, sink: SinkChoice) => sink }),
    openSink: emit(({ context }) => ({
      type: 'sink.open' as const,
      manifest: context.manifest ?? { name: '', entries: [], bytes: 0 },
      sink: context.sink ?? ({ kind: 'memory' } as const),
    })),
    startInflow: emit(({ context }) => ({
      type: 'inflow.start' as const,
      manifest: context.manifest ?? { name: '', entries: [], bytes: 0 },
    })),
    sealSink: emit(({ context }) => ({
      type: 'sink.seal' as const,
      failedFiles: context.failedFiles,
    })),
    sendVerified: emit(({ context }) => ({
      type: 'verified.send' as const,
      digest: context.digest ?? new Uint8Array(),
    })),
    recordProgress: assign({
      bytes: ({ context }, bytes: number) => Math.min(context.total, bytes),
    }),
    recordFailedFile: assign(({ context }, failed: FailedFile) => loseFile(context, failed)),
    recordDigest: assign({ digest: (_, digest: Uint8Array) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    recordHandOver: assign({
      handedOver: (_, handedOver: ReceiverDeliveryContext['handedOver']) => handedOver,
    }),
    tellFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit((_, params: { readonly keepSink: boolean }) => ({
      type: 'delivery.release' as const,
      keepSink: params.keepSink,
    })),
  },
}).createMachine({
  id: 'receiverDelivery',
  context: {
    manifest: undefined,
    partial: undefined,
    sink: undefined,
    waitingFor: 'server',
    handedOver: 'no',
    total: 0,
    bytes: 0,
    failedFiles: [],
    failure: undefined,
    cancelledBy: undefined,
    digest: undefined,
  },
  initial: 'open',
  states: {
    open: {
      initial: 'connecting',
      on: {
        'signaling.joined': {
          actions: {
            type: 'noteWaiting',
            params: ({ event }) => (event.peers.includes(SENDER) ? 'connection' : 'sender'),
          },
        },
        'signaling.lost': { actions: { type: 'noteWaiting', params: 'server' } },
        'peer.online': { actions: { type: 'noteWaiting', params: 'connection' } },
        'peer.offline': { actions: { type: 'noteWaiting', params: 'sender' } },
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
        'remote.misbehaved': '.misbehaved',
        'offer.received': '.misbehaved',
        'page.received': '.misbehaved',
        'file.failed': '.misbehaved',
        'sent.received': '.misbehaved',
        'complete.received': '.misbehaved',
      },
      states: {
        connecting: {
          on: {
            'offer.received': { actions: { type: 'collect', params: ({ event }) => event } },
            'page.received': { actions: { type: 'collect', params: ({ event }) => event } },
            'manifest.collected': {
              target: 'offered',
              actions: { type: 'recordManifest', params: ({ event }) => event.manifest },
            },
            'connection.lost': { actions: assign({ partial: undefined }) },
            'signaling.refused': {
              target: '#receiverDelivery.failed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
          },
        },
        offered: {
          entry: {
            type: 'command',
            params: ({ context }) => ({
              type: 'sink.probe',
              manifest: context.manifest ?? { name: '', entries: [], bytes: 0 },
            }),
          },
          on: {
            'sink.probed': { actions: { type: 'recordSink', params: ({ event }) => event.sink } },
            'accept.requested': { guard: 'hasRoom', target: 'preparing' },
            'connection.lost': 'connecting',
            'signaling.refused': {
              target: '#receiverDelivery.failed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
          },
        },
        preparing: {
          entry: 'openSink',
          on: { 'sink.opened': 'moving', 'connection.lost': 'lost' },
        },
        moving: {
          entry: [
            'startInflow',
            { type: 'command', params: { type: 'acceptance.announce' } },
            { type: 'command', params: { type: 'accept.send' } },
          ],
          on: {
            'sent.received': {},
            'progress.made': {
              actions: { type: 'recordProgress', params: ({ event }) => event.bytes },
            },
            'file.failed': { actions: { type: 'recordFailedFile', params: ({ event }) => event } },
            'inflow.verifying': 'verifying',
            'inflow.failed': {
              target: 'inflowFailed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
            'connection.lost': 'lost',
          },
        },
        verifying: {
          initial: 'comparing',
          on: {
            'inflow.failed': {
              target: 'inflowFailed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
            'connection.lost': 'lost',
          },
          states: {
            comparing: {
              on: {
                'inflow.verified': {
                  target: 'sealing',
                  actions: { type: 'recordDigest', params: ({ event }) => event.digest },
                },
              },
            },
            sealing: { entry: 'sealSink', on: { 'sink.sealed': 'confirming' } },
            confirming: {
              entry: 'sendVerified',
              on: {
                'complete.received': [
                  {
                    guard: { type: 'isSameDigest', params: ({ event }) => event.digest },
                    target: '#receiverDelivery.complete',
                  },
                  { target: '#receiverDelivery.open.misbehaved' },
                ],
                // X3: all is here and verified; only the last word was lost.
                'connection.lost': '#receiverDelivery.complete',
              },
            },
          },
        },
        lost: {
          always: {
            target: '#receiverDelivery.failed',
            actions: { type: 'recordFailure', params: 'connection.lost' },
          },
        },
        inflowFailed: { always: { target: '#receiverDelivery.failed', actions: 'tellFailure' } },
        misbehaved: {
          always: {
            target: '#receiverDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'protocol' }, 'tellFailure'],
          },
        },
      },
    },
    complete: {
      entry: [
        assign({ bytes: ({ context }) => context.total }),
        { type: 'release', params: { keepSink: true } },
      ],
      initial: 'unsaved',
      states: {
        unsaved: {},
        saving: {
          on: {
            'save.started': {
              target: 'saved',
              actions: { type: 'recordHandOver', params: 'started' },
            },
            'save.finished': {
              target: 'discarded',
              actions: { type: 'recordHandOver', params: 'finished' },
            },
            'save.failed': {
              target: 'unsaved',
              actions: {
                type: 'recordHandOver',
                params: ({ event }) => (event.isAborted ? 'no' : 'failed'),
              },
            },
            'save.requested': {},
            'discard.requested': {},
          },
        },
        // Handed over, but nobody could see it arrive: the private copy stays until the person says so.
        saved: {},
        discarded: {
          entry: { type: 'command', params: { type: 'sink.discard' } },
          on: { 'save.requested': {}, 'discard.requested': {} },
        },
      },
      on: {
        'save.requested': {
          target: '.saving',
          actions: {
            type: 'command',
            params: ({ event }) => ({ type: 'sink.save', method: event.method }),
          },
        },
        'discard.requested': '.discarded',
      },
    },
    cancelled: { type: 'final', entry: { type: 'release', params: { keepSink: false } } },
    failed: { type: 'final', entry: { type: 'release', params: { keepSink: false } } },
  },
});
