// The sender's tab: the chosen files, the link's secrets, and the receivers that have come through the link.
//
// It knows the manifest, the secrets, the deliveries, and the handshakes that have not proven anything yet. It refuses
// to know the course of a delivery. A receiver gets no row before the first transport message of its session has been
// opened (I6); strangers fill at most a few slots, one each (I13).

import { assign, emit, enqueueActions, setup } from 'xstate';
import { createLinkSecrets } from '../protocol/link.ts';
import { cleanName } from '../protocol/names.ts';
import { cleanNote, cleanPersonName } from '../protocol/person-texts.ts';
import type { FinalRefusalCode, Manifest } from '../protocol/types.ts';
import { clearRows, loseMember, seatAll, welcome } from './admission.ts';
import { approve, approveUnasked, endQuestions, isAsked, refuse } from './asking.ts';
import {
  answerSlot,
  closeSlot,
  HANDSHAKES,
  receiveRelay,
  KNOCKS,
  type HandshakeOutcome,
} from './handshakes.ts';
import { noteDelivery, rowTimers, withoutTimer } from './rows.ts';
import { chooseEntries, initialContext } from './rules.ts';
import type { BundleCommand, BundleContext, BundleDelivery, BundleEvent } from './types.ts';

type Drawn = Parameters<typeof createLinkSecrets>[0];
type Progress = { readonly delivery: string } & Parameters<typeof noteDelivery>[2];
type Chosen = ReturnType<typeof chooseEntries>;

export const bundleMachine = setup({
  types: {
    context: {} as BundleContext,
    events: {} as BundleEvent | { readonly type: 'files.taken' },
    emitted: {} as BundleCommand,
  },
  guards: {
    isOnce: ({ context }, isWhole: boolean) => context.once && isWhole,
    isAsked: ({ context }, delivery: string) => isAsked(context, delivery),
  },
  actions: {
    command: emit((_, command: BundleCommand) => command),
    // The person stays the same; the note was for this bundle.
    forget: assign(({ context }) => ({ ...initialContext(), senderName: context.senderName })),
    choose: enqueueActions(({ enqueue }, chosen: Chosen) => {
      enqueue.assign({ problem: undefined, ...chosen });
      if ('manifest' in chosen) enqueue.raise({ type: 'files.taken' });
    }),
    makeSecrets: assign({
      secrets: (_, drawn: Drawn) => createLinkSecrets(drawn),
    }),
    takeManifest: assign((_, manifest: Manifest) => ({ manifest, problem: undefined })),
    startSignaling: enqueueActions(({ context, enqueue }) => {
      if (context.secrets === undefined) return;
      const { room, token } = context.secrets;
      enqueue.emit({ type: 'signaling.start', room, token });
    }),
    rename: assign({
      manifest: ({ context }, name: string) =>
        context.manifest && { ...context.manifest, name: cleanName(name) },
    }),
    nameSender: assign({ senderName: (_, name: string) => cleanPersonName(name) }),
    takeNote: assign({ note: (_, note: string) => cleanNote(note) }),
    noteOnce: assign({ once: (_, once: boolean) => once }),
    closeOthers: enqueueActions(({ context, enqueue }, delivery: string) => {
      for (const { id, stage } of context.deliveries)
        if (id !== delivery && stage !== 'ended')
          enqueue.emit({ type: 'delivery.close', delivery: id });
    }),
    noteAsking: assign({ asksFirst: (_, asksFirst: boolean) => asksFirst }),
    noteSignaling: assign({ signaling: (_, signaling: BundleContext['signaling']) => signaling }),
    recordRefusal: assign({ refusal: (_, code: FinalRefusalCode) => code }),
    apply: enqueueActions(
      (
        { enqueue },
        { context, commands, startTimers = [], cancelTimers = [] }: HandshakeOutcome,
      ) => {
        enqueue.assign(context);
        for (const session of cancelTimers) enqueue.cancel(session);
        for (const { id, delay, event } of startTimers) enqueue.raise(event, { id, delay });
        for (const command of commands) enqueue.emit(command);
      },
    ),
    dropHalfOpen: enqueueActions(({ context, enqueue }) => {
      for (const { session } of context.halfOpen) enqueue.cancel(session);
      enqueue.assign({ halfOpen: [] });
    }),
    forgetKnocks: enqueueActions(({ enqueue }) => {
      enqueue.cancel(KNOCKS);
      enqueue.assign({ knocks: [] });
    }),
    forgetHandshakes: enqueueActions(({ enqueue }) => {
      enqueue.cancel(HANDSHAKES);
      enqueue.assign({ handshakes: [] });
    }),
    noteDelivery: assign(({ context }, { delivery, ...change }: Progress) =>
      noteDelivery(context, delivery, change),
    ),
    // A6, A7: starts and stops the timers that remove rows.
    watchRows: enqueueActions(({ context, enqueue }) => {
      const wanted = rowTimers(context);
      for (const timer of context.watched) if (!wanted.includes(timer)) enqueue.cancel(timer.id);
      for (const timer of wanted) {
        const { id, delay, event } = timer;
        if (!context.watched.includes(timer)) enqueue.raise(event, { id, delay });
      }
      enqueue.assign({ watched: wanted });
    }),
    forgetTimer: assign(({ context }, delivery: string) => withoutTimer(context, delivery)),
    dropRow: assign({
      deliveries: ({ context }, delivery: string) =>
        context.deliveries.filter(({ id }) => id !== delivery),
    }),
    dropWait: assign({
      waiting: ({ context }, delivery: string) =>
        context.waiting.filter(({ id }) => id !== delivery),
    }),
    stopWatching: enqueueActions(({ context, enqueue }) => {
      for (const { id } of context.watched) enqueue.cancel(id);
    }),
    forgetMember: assign(({ context }, peer: string) => loseMember(context, peer)),
    forgetMembers: assign({ members: [], formerlySeated: [] }),
    forgetWaiters: assign({ waiting: [] }),
    endQuestions: assign({
      waiting: ({ context }, peer: string | undefined) => endQuestions(context.waiting, peer),
    }),
    closeDeliveries: enqueueActions(({ context, enqueue }) => {
      for (const { id } of context.deliveries)
        enqueue.emit({ type: 'delivery.close', delivery: id });
    }),
  },
}).createMachine({
  id: 'bundle',
  context: () => initialContext(),
  initial: 'choosing',
  on: {
    'sender.name.changed': { actions: { type: 'nameSender', params: ({ event }) => event.name } },
    'note.changed': { actions: { type: 'takeNote', params: ({ event }) => event.note } },
  },
  states: {
    choosing: {
      on: {
        'files.chosen': {
          actions: {
            type: 'choose',
            params: ({ event }) => chooseEntries(event.name, event.entries),
          },
        },
        'files.taken': 'preparing',
        'bundle.restored': {
          target: 'offering',
          actions: [
            { type: 'takeManifest', params: ({ event }) => event.manifest },
            { type: 'noteAsking', params: ({ event }) => event.asksFirst === true },
            { type: 'noteOnce', params: ({ event }) => event.once === true },
            { type: 'makeSecrets', params: ({ event }) => event },
            'startSignaling',
          ],
        },
      },
    },
    preparing: {
      entry: { type: 'command', params: { type: 'secrets.draw' } },
      on: {
        'secrets.drawn': {
          target: 'offering',
          actions: [{ type: 'makeSecrets', params: ({ event }) => event }, 'startSignaling'],
        },
      },
    },
    // The link exists. Deliveries go on, even if the seat in the room is lost.
    offering: {
      initial: 'sharing',
      on: {
        'sharing.stopped': {
          target: 'choosing',
          actions: [
            { type: 'command', params: { type: 'signaling.stop' } },
            'closeDeliveries',
            'stopWatching',
            'dropHalfOpen',
            'forgetKnocks',
            'forgetHandshakes',
            'forget',
          ],
        },
        'name.changed': { actions: { type: 'rename', params: ({ event }) => event.name } },
        'asking.changed': {
          actions: [
            { type: 'noteAsking', params: ({ event }) => event.asksFirst },
            { type: 'apply', params: ({ context }) => approveUnasked(context) },
            'watchRows',
          ],
        },
        'once.changed': { actions: { type: 'noteOnce', params: ({ event }) => event.once } },
        // A9: the link ends. Who comes later finds nobody, as after any end.
        'delivery.completed': {
          guard: { type: 'isOnce', params: ({ event }) => event.isWhole },
          target: '.spent',
          actions: [
            { type: 'closeOthers', params: ({ event }) => event.delivery },
            { type: 'command', params: { type: 'signaling.stop' } },
            'dropHalfOpen',
            'forgetKnocks',
            'forgetHandshakes',
            'forgetMembers',
            'forgetWaiters',
            'watchRows',
          ],
        },
        'approve.requested': {
          guard: { type: 'isAsked', params: ({ event }) => event.delivery },
          actions: [
            {
              type: 'apply',
              params: ({ context, event }) => approve(context, event.delivery),
            },
            'watchRows',
          ],
        },
        'refuse.requested': {
          guard: { type: 'isAsked', params: ({ event }) => event.delivery },
          actions: [
            {
              type: 'apply',
              params: ({ context, event }) => refuse(context, event.delivery),
            },
            'watchRows',
          ],
        },
        'delivery.connected': progress('lane', 'open'),
        'delivery.lost': progress('lane', 'lost'),
        'delivery.accepted': progress('stage', 'accepted'),
        'delivery.ended': progress('stage', 'ended'),
        'row.expired': {
          actions: [
            { type: 'forgetTimer', params: ({ event }) => event.delivery },
            {
              type: 'command',
              params: ({ event }) => ({ type: 'delivery.close', delivery: event.delivery }),
            },
            { type: 'dropRow', params: ({ event }) => event.delivery },
            'watchRows',
          ],
        },
        'wait.expired': {
          actions: [
            { type: 'forgetTimer', params: ({ event }) => event.delivery },
            { type: 'dropWait', params: ({ event }) => event.delivery },
            'watchRows',
          ],
        },
        'deliveries.cleared': {
          actions: [{ type: 'apply', params: ({ context }) => clearRows(context) }, 'watchRows'],
        },
        'knocks.forgotten': { actions: 'forgetKnocks' },
        'handshakes.forgotten': { actions: 'forgetHandshakes' },
        'slot.expired': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => closeSlot(context, event.session),
          },
        },
      },
      states: {
        sharing: {
          on: {
            // A4: a sender that has joined repeats who has a seat.
            'signaling.joined': {
              actions: [
                { type: 'noteSignaling', params: 'joined' },
                { type: 'apply', params: ({ context, event }) => seatAll(context, event) },
                'watchRows',
              ],
            },
            'peer.online': {
              actions: [
                {
                  type: 'apply',
                  params: ({ context, event }) => welcome(context, event.peer, event.tag),
                },
                'watchRows',
              ],
            },
            'peer.offline': {
              actions: [
                { type: 'forgetMember', params: ({ event }) => event.peer },
                { type: 'endQuestions', params: ({ event }) => event.peer },
                'watchRows',
              ],
            },
            // N3: a session that was being opened ends with its socket.
            'signaling.lost': {
              actions: [
                { type: 'noteSignaling', params: 'lost' },
                'dropHalfOpen',
                'forgetMembers',
                { type: 'endQuestions', params: undefined },
                'watchRows',
              ],
            },
            'signaling.waiting': { actions: { type: 'noteSignaling', params: 'waiting' } },
            'signaling.replaced': 'replaced',
            'signaling.refused': {
              target: 'refused',
              actions: { type: 'recordRefusal', params: ({ event }) => event.code },
            },
            'relay.received': {
              actions: [
                {
                  type: 'apply',
                  params: ({ context, event }) => receiveRelay(context, event.envelope),
                },
                'watchRows',
              ],
            },
            'entropy.drawn': {
              actions: {
                type: 'apply',
                params: ({ context, event }) => answerSlot(context, event),
              },
            },
          },
        },
        replaced: {},
        refused: {},
        spent: {},
      },
    },
  },
});

// Records a delivery's progress, and updates the timers of its row.
function progress<Key extends 'stage' | 'lane'>(key: Key, value: BundleDelivery[Key]) {
  return {
    actions: [
      {
        type: 'noteDelivery' as const,
        params: ({ event }: { event: { readonly delivery: string } }) => ({
          delivery: event.delivery,
          [key]: value,
        }),
      },
      'watchRows' as const,
    ],
  };
}
