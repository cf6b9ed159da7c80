// One receiver's copy of the bundle, on the sender's side.
//
// It knows what is offered, how far the other side has got, and how it ended. It refuses to know how the
// other side is reached, how bytes are read and how credit works. Nothing moves before `accept` (I14);
// complete means that the receiver has verified the same digest (I2, I12); every end releases everything
// once (I11). A connection that is lost interrupts it, and every new one begins alike: the offer, what the
// receiver holds, `accept` (SPEC.md, R1).

import { assign } from 'xstate';
import { NO_DIGEST } from '../../integrity/bundle-digest.ts';
import { emptyPieces } from '../../pieces/piece-set.ts';
import { NO_MANIFEST } from '../rules.ts';
import { advancing } from './advancing.ts';
import { takingGifts } from './giving.ts';
import { PAUSES, senderDelivery } from './setup.ts';

export const senderDeliveryMachine = senderDelivery.createMachine({
  id: 'senderDelivery',
  context: ({ input }) => ({
    manifest: input?.manifest ?? NO_MANIFEST,
    total: input?.manifest.bytes ?? 0,
    bytes: 0,
    arrived: 0,
    accepted: 'no',
    pauses: [],
    held: emptyPieces,
    leaving: emptyPieces,
    leave: 'none',
    leftOut: emptyPieces,
    gifts: [],
    failedFiles: [],
    path: undefined,
    failure: undefined,
    cancelledBy: undefined,
    digest: undefined,
  }),
  initial: 'open',
  states: {
    open: {
      initial: 'connecting',
      on: {
        'path.known': { actions: { type: 'recordPath', params: ({ event }) => event.path } },
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
        // C7: a no is an answer to an offer. While bytes move, it is none.
        'decline.received': {
          target: 'declined',
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
          actions: [{ type: 'recordFailure', params: ({ event }) => event.code }, 'sendFailure'],
        },
        // C1: messages that are allowed in one state are violations in every other.
        'remote.misbehaved': { target: '.misbehaved' },
        'accept.received': { target: '.misbehaved' },
        'credit.received': { target: '.misbehaved' },
        'held.received': { target: '.misbehaved' },
        'leave.received': { target: '.misbehaved' },
        'missing.received': { target: '.misbehaved' },
        'wish.received': { target: '.misbehaved' },
        'gift.received': { target: '.misbehaved' },
        'pause.received': { target: '.misbehaved' },
        'resume.received': { target: '.misbehaved' },
        // F5, F6: frames, or reports of bytes that can’t have arrived.
        'bulk.received': { target: '.misbehaved' },
        'verified.received': { target: '.misbehaved' },
        'lane.received': { target: '.misbehaved' },
      },
      states: {
        connecting: {
          on: { 'connection.established': 'offered', 'connection.lost': 'interrupted' },
        },
        offered: {
          entry: ['forgetHeld', 'sendOffer'],
          // S8: a server, if there is one, ends it sooner.
          after: {
            answerTimeout: [
              { guard: 'isAccepted', target: 'stalled' },
              {
                target: '#senderDelivery.failed',
                actions: [{ type: 'recordFailure', params: 'room.idle' }, 'sendFailure'],
              },
            ],
          },
          on: {
            'leave.received': [
              {
                guard: { type: 'isNextLeave', params: ({ event }) => event },
                actions: { type: 'recordLeave', params: ({ event }) => event },
              },
              { target: 'misbehaved' },
            ],
            'held.received': [
              {
                guard: { type: 'isNextHeld', params: ({ event }) => event },
                actions: [
                  { type: 'recordHeld', params: ({ event }) => event },
                  {
                    type: 'command',
                    params: ({ event: { first, leaves } }) => ({
                      type: 'leaves.keep',
                      first,
                      leaves,
                    }),
                  },
                ],
              },
              { target: 'misbehaved' },
            ],
            'accept.received': [
              {
                guard: { type: 'isChoiceSound', params: ({ event }) => event },
                target: 'moving',
                actions: { type: 'startOutflow', params: ({ event }) => event },
              },
              { target: 'misbehaved' },
            ],
            // X3: it had verified everything when the connection was lost. If this side has no digest, it has nothing
            // to compare with, and nothing to send.
            'verified.received': [
              {
                guard: { type: 'isSameDigest', params: ({ event }) => event.digest },
                target: '#senderDelivery.complete',
              },
              {
                target: '#senderDelivery.failed',
                actions: [{ type: 'recordFailure', params: 'sender.ended' }, 'sendFailure'],
              },
            ],
            'connection.lost': 'interrupted',
          },
        },
        // The receiver may come back with a new generation, for as long as this tab is open.
        interrupted: {
          entry: { type: 'endPauses', params: ['them', 'disk'] },
          on: {
            'connection.established': 'offered',
            'pause.requested': { actions: { type: 'addPause', params: 'me' } },
            'resume.requested': { actions: { type: 'endPauses', params: ['me'] } },
            'skip.requested': {
              actions: {
                type: 'recordFailedFile',
                params: ({ event }) => ({ file: event.file, code: 'skipped' }),
              },
            },
            'retry.requested': {
              actions: { type: 'recordRetriedFile', params: ({ event }) => event },
            },
          },
        },
        moving: {
          initial: 'flowing',
          states: {
            // Bytes move.
            flowing: {
              always: { guard: 'isPaused', target: 'paused' },
              after: { quietTimeout: 'quiet' },
              on: {
                'traffic.received': { target: 'flowing', reenter: true },
                'progress.made': advancing(),
              },
            },
            // The connection is alive, but nothing arrives: show it. The receiver tries to recover (T5).
            quiet: {
              always: { guard: 'isPaused', target: 'paused' },
              after: { abandonTimeout: '#senderDelivery.open.stalled' },
              on: {
                'traffic.received': 'flowing',
                'progress.made': advancing(),
              },
            },
            // Paused by a person or a disk, for as long as it takes (P1).
            paused: { always: { guard: 'isFlowing', target: 'flowing' } },
          },
          on: {
            'decline.received': 'misbehaved',
            'credit.received': {},
            'missing.received': {},
            'wish.received': {},
            ...takingGifts,
            'lane.received': {},
            'pause.requested': {
              actions: [
                { type: 'addPause', params: 'me' },
                { type: 'command', params: { type: 'pause.send', reason: 'person' } },
                { type: 'command', params: { type: 'outflow.pause' } },
              ],
            },
            'pause.received': {
              actions: [
                { type: 'addPause', params: ({ event }) => PAUSES[event.reason] },
                { type: 'command', params: { type: 'outflow.pause' } },
              ],
            },
            'resume.requested': {
              actions: [
                { type: 'endPauses', params: ['me'] },
                { type: 'command', params: { type: 'resume.send' } },
                'resumeOutflow',
              ],
            },
            'resume.received': {
              actions: [{ type: 'endPauses', params: ['them', 'disk'] }, 'resumeOutflow'],
            },
            'skip.requested': {
              actions: {
                type: 'command',
                params: ({ event }) => ({ type: 'file.skip', file: event.file }),
              },
            },
            'retry.requested': {
              actions: {
                type: 'command',
                params: ({ event }) => ({ type: 'file.retry', file: event.file }),
              },
            },
            'file.retried': {
              actions: { type: 'recordRetriedFile', params: ({ event }) => event },
            },
            'entries.taken': { actions: { type: 'recordTaken', params: ({ event }) => event } },
            'progress.made': {
              actions: { type: 'recordProgress', params: ({ event }) => event.bytes },
            },
            'bytes.arrived': {
              actions: { type: 'recordArrival', params: ({ event }) => event.bytes },
            },
            'file.failed': { actions: { type: 'recordFailedFile', params: ({ event }) => event } },
            'outflow.finished': 'verifying',
            'connection.lost': { target: 'interrupted', actions: 'stopOutflow' },
          },
        },
        verifying: {
          entry: 'askForDigest',
          after: { abandonTimeout: 'stalled' },
          initial: 'computing',
          states: {
            // `sent` has not been sent, so no answer can come; and an older generation's digest may differ (I5).
            computing: {
              on: {
                'digest.computed': {
                  target: 'comparing',
                  actions: [
                    { type: 'recordDigest', params: ({ event }) => event.digest },
                    {
                      type: 'command',
                      params: ({ event }) => ({ type: 'sent.send', digest: event.digest }),
                    },
                  ],
                },
              },
            },
            comparing: {
              on: {
                'verified.received': [
                  {
                    guard: { type: 'isSameDigest', params: ({ event }) => event.digest },
                    target: '#senderDelivery.complete',
                  },
                  { target: '#senderDelivery.open.unequal' },
                ],
              },
            },
          },
          on: {
            'decline.received': 'misbehaved',
            // C6: a window that follows the path may grow while the last piece is settled (K9).
            'credit.received': {},
            ...takingGifts,
            // Everything has been sent: nothing is left to pause, skip or retry.
            'wish.received': {},
            'pause.received': {},
            'resume.received': {},
            // Messages about lanes may cross with the end of the lanes.
            'lane.received': {},
            'connection.lost': { target: 'interrupted', actions: 'stopOutflow' },
          },
        },
        stalled: {
          always: {
            target: '#senderDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'stalled' }, 'sendFailure'],
          },
        },
        unequal: {
          always: {
            target: '#senderDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'integrity' }, 'sendFailure'],
          },
        },
        misbehaved: {
          always: {
            target: '#senderDelivery.failed',
            actions: [{ type: 'recordFailure', params: 'protocol' }, 'sendFailure'],
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
            digest: context.digest ?? NO_DIGEST,
            isWhole: context.failedFiles.length === 0 && context.leftOut.size === 0,
          }),
        },
        'release',
      ],
    },
    cancelled: { type: 'final', entry: 'release' },
    declined: { type: 'final', entry: 'release' },
    failed: { type: 'final', entry: 'release' },
  },
});
