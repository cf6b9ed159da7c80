// One receiver's copy of the bundle, on the receiver's side.
//
// It knows what is offered, where it will land, how far it has got, how it ended and whether the person has
// the files. It refuses to know how the other side is reached, how bytes are stored and how credit works.
// Nothing moves before the person accepts (I14); complete means that all was written, hashed and equal to
// what the sender hashed (I2); every end releases everything once (I11). A connection that is lost interrupts
// it, and every new one begins alike: the offer, what is held, `accept` (SPEC.md, R1).

import { assign } from 'xstate';
import { SENDER } from '../../protocol/types.ts';
import { initialContext, receiverDelivery } from './setup.ts';
import { NO_MANIFEST, sinkAfter, waitFor } from '../rules.ts';
import { accepting, requestingTake, takingIn } from './choosing.ts';
import { givingLater, givingNow, givingTooLate } from './giving.ts';
import { confirming, saving } from './saving.ts';
import { flow, receivingOffer, standingStill } from './waits.ts';

export const receiverDeliveryMachine = receiverDelivery.createMachine({
  id: 'receiverDelivery',
  context: ({ input }) => initialContext(input),
  initial: 'open',
  on: { 'visit.ended': '.left' },
  states: {
    open: {
      initial: 'connecting',
      on: {
        'path.known': { actions: { type: 'recordPath', params: ({ event }) => event.path } },
        'signaling.joined': {
          actions: {
            type: 'noteSender',
            params: ({ event }) => event.peers.includes(SENDER),
          },
        },
        'signaling.lost': { actions: { type: 'noteWaiting', params: 'server' } },
        'signaling.waiting': {
          actions: { type: 'noteWaiting', params: ({ event }) => waitFor(event.code) },
        },
        // A delivery that is connected goes on without the server.
        'signaling.refused': {
          actions: { type: 'recordRefusal', params: ({ event }) => event.code },
        },
        'summary.received': {
          actions: { type: 'recordSummary', params: ({ event }) => event.summary },
        },
        'answer.awaited': {
          actions: { type: 'recordQuestion', params: ({ event }) => event.senderName },
        },
        'retry.scheduled': { actions: { type: 'recordRetry', params: ({ event }) => event.delay } },
        // P2: sent after `accept`. Before it, the sender would treat it as a violation.
        'pause.requested': {
          guard: 'isAccepted',
          actions: { type: 'addPause', params: 'me' },
        },
        'resume.requested': {
          guard: 'isAccepted',
          actions: { type: 'endPauses', params: ['me', 'disk'] },
        },
        'peer.online': { actions: { type: 'noteSender', params: true } },
        'peer.offline': { actions: { type: 'noteSender', params: false } },
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
        // C7: also of an offer that the person has seen, and that comes again over another connection.
        'decline.requested': {
          guard: 'isUnaccepted',
          target: 'declined',
          actions: [
            { type: 'recordCanceller', params: 'me' },
            { type: 'command', params: { type: 'decline.send' } },
          ],
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
          actions: [{ type: 'recordFailure', params: ({ event }) => event.code }, 'sendFailure'],
        },
        'give.requested': givingLater,
        // C1: messages that are allowed in one state are violations in every other.
        'remote.misbehaved': '.misbehaved',
        'offer.received': '.misbehaved',
        'page.received': '.misbehaved',
        'again.received': '.misbehaved',
        'file.failed': '.misbehaved',
        'file.retried': '.misbehaved',
        'entries.taken': '.misbehaved',
        'pause.received': '.misbehaved',
        'resume.received': '.misbehaved',
        'bulk.received': '.misbehaved',
        'sent.received': '.misbehaved',
        'complete.received': '.misbehaved',
        'compared.received': '.misbehaved',
        'lane.received': '.misbehaved',
      },
      states: {
        connecting: {
          initial: 'reaching',
          states: receivingOffer(() => '#receiverDelivery.open.stalled' as const),
          always: [
            { guard: 'isFinished', target: '#receiverDelivery.complete' },
            { guard: 'isAccepted', target: 'interrupted' },
          ],
          on: {
            'manifest.collected': {
              target: 'offered',
              actions: { type: 'recordManifest', params: ({ event }) => event.manifest },
            },
            'signaling.refused': {
              target: '#receiverDelivery.failed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
          },
        },
        // Accepted, but not connected: the next connection brings the offer again.
        interrupted: {
          entry: [{ type: 'endPauses', params: ['them'] }, 'forgetPages'],
          initial: 'reaching',
          states: receivingOffer(standingStill),
          always: {
            guard: 'isRefused',
            target: '#receiverDelivery.failed',
            actions: {
              type: 'recordFailure',
              params: ({ context }) => context.refusal ?? 'refused',
            },
          },
          on: {
            'take.requested': requestingTake,
            'manifest.collected': [
              {
                guard: { type: 'isSameOffer', params: ({ event }) => event.manifest },
                target: 'preparing',
              },
              { target: 'misbehaved' },
            ],
          },
        },
        offered: {
          entry: {
            type: 'command',
            params: ({ context }) => ({
              type: 'sink.probe',
              manifest: context.manifest ?? NO_MANIFEST,
            }),
          },
          always: { guard: 'canAccept', target: 'preparing', actions: 'openSink' },
          on: {
            'sink.probed': { actions: { type: 'recordSink', params: ({ event }) => event.sink } },
            'accept.requested': accepting,
            'connection.lost': 'connecting',
            'signaling.refused': {
              target: '#receiverDelivery.failed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
          },
        },
        preparing: {
          initial: 'listing',
          states: {
            listing: {
              entry: { type: 'command', params: { type: 'sink.list' } },
              on: {
                'take.requested': requestingTake,
                'sink.listed': {
                  target: 'starting',
                  actions: { type: 'recordHeld', params: ({ event }) => event.pieces },
                },
                'connection.lost': '#receiverDelivery.open.interrupted',
              },
            },
            // The inflow may run in a worker: tell the sender only once no message can reach it too early.
            starting: {
              entry: 'startInflow',
              on: {
                'inflow.started': '#receiverDelivery.open.moving',
                'connection.lost': {
                  target: '#receiverDelivery.open.interrupted',
                  actions: 'stopInflow',
                },
              },
            },
          },
        },
        moving: {
          entry: 'announceAcceptance',
          initial: 'flowing',
          states: flow(),
          on: {
            'sent.received': {},
            'again.received': {},
            'compared.received': {},
            'lane.received': {},
            'pause.requested': {
              actions: [
                { type: 'addPause', params: 'me' },
                { type: 'command', params: { type: 'pause.send', reason: 'person' } },
              ],
            },
            'resume.requested': {
              actions: [
                { type: 'endPauses', params: ['me', 'disk'] },
                { type: 'command', params: { type: 'resume.send' } },
                { type: 'command', params: { type: 'store.retry' } },
              ],
            },
            'pause.received': { actions: { type: 'addPause', params: 'them' } },
            'resume.received': { actions: { type: 'endPauses', params: ['them'] } },
            'inflow.stalled': {
              actions: [
                { type: 'addPause', params: 'disk' },
                { type: 'command', params: { type: 'pause.send', reason: 'disk.full' } },
              ],
            },
            'skip.requested': {
              actions: {
                type: 'command',
                params: ({ event }) => ({ type: 'skip.send', file: event.file }),
              },
            },
            'retry.requested': {
              actions: {
                type: 'command',
                params: ({ event }) => ({ type: 'retry.send', file: event.file }),
              },
            },
            'file.retried': {
              actions: { type: 'recordRetriedFile', params: ({ event }) => event },
            },
            ...takingIn,
            'give.requested': givingNow,
            'progress.made': {
              actions: { type: 'recordProgress', params: ({ event }) => event.bytes },
            },
            'bytes.arrived': {
              actions: { type: 'recordArrival', params: ({ event }) => event.bytes },
            },
            'file.failed': { actions: { type: 'recordFailedFile', params: ({ event }) => event } },
            'inflow.verifying': 'verifying',
            'inflow.failed': {
              target: 'inflowFailed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
            'connection.lost': { target: 'interrupted', actions: 'stopInflow' },
          },
        },
        verifying: {
          initial: 'comparing',
          on: {
            'give.requested': givingNow,
            // The sender may pause before it learns that everything has arrived.
            'pause.received': {},
            'resume.received': {},
            // Lanes close after their last bytes.
            'lane.received': {},
            'inflow.failed': {
              target: 'inflowFailed',
              actions: { type: 'recordFailure', params: ({ event }) => event.code },
            },
            'connection.lost': { target: 'interrupted', actions: 'stopInflow' },
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
              // X3: only the sender's confirmation is missing, and it counts whenever it comes.
              after: { confirmTimeout: '#receiverDelivery.complete' },
              on: {
                'give.requested': givingTooLate,
                'complete.received': [
                  {
                    guard: { type: 'isSameDigest', params: ({ event }) => event.digest },
                    target: '#receiverDelivery.complete',
                    actions: assign({ confirmation: 'given' }),
                  },
                  { target: '#receiverDelivery.open.misbehaved' },
                ],
                // X3: everything is here and verified; only the last message was lost.
                'connection.lost': '#receiverDelivery.complete',
              },
            },
          },
        },
        // The other side is connected, but doesn't go on.
        stalled: {
          always: {
            target: '#receiverDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'stalled' }, 'sendFailure'],
          },
        },
        inflowFailed: { always: { target: '#receiverDelivery.failed', actions: 'sendFailure' } },
        misbehaved: {
          always: {
            target: '#receiverDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'protocol' }, 'sendFailure'],
          },
        },
      },
    },
    complete: {
      entry: 'complete',
      initial: 'unsaved',
      states: saving(),
      on: {
        'save.requested': {
          target: '.saving',
          actions: {
            type: 'command',
            params: ({ event }) => ({ type: 'sink.save', method: event.method }),
          },
        },
        'discard.requested': '.discarded',
        'offer.received': {
          guard: 'isUnconfirmed',
          actions: 'sendVerified',
        },
        ...confirming(),
      },
    },
    cancelled: { type: 'final', entry: { type: 'release', params: 'discard' } },
    declined: { type: 'final', entry: { type: 'release', params: 'discard' } },
    // The page closes; the pieces that have arrived stay for another visit.
    left: { type: 'final', entry: { type: 'release', params: 'close' } },
    failed: {
      type: 'final',
      entry: { type: 'release', params: ({ context }) => sinkAfter(context.failure) },
    },
  },
});
