// The sender's tab: what is chosen, the link's secrets, and who has come through the link.
//
// It knows the manifest, the secrets, the handshakes that have not proven anything yet and the deliveries.
// It refuses to know how a delivery goes. Nobody gets a row before the first transport message of their
// session was opened (I6); strangers fill at most a few slots, one each (I13).

import { assign, emit, enqueueActions, setup } from 'xstate';
import { HALF_OPEN_TIMEOUT } from '../constants.ts';
import { createLinkSecrets } from '../protocol/link.ts';
import { cleanName } from '../protocol/paths.ts';
import type { Manifest, RefusalCode } from '../protocol/types.ts';
import { answerSlot, closeSlot, hearRelay, type LobbyOutcome } from './lobby.ts';
import { chooseEntries, emptyContext } from './rules.ts';
import type { BundleCommand, BundleContext, BundleDelivery, BundleEvent } from './types.ts';

type Drawn = Parameters<typeof createLinkSecrets>[0];
type Chosen = ReturnType<typeof chooseEntries>;

export const bundleMachine = setup({
  types: {
    context: {} as BundleContext,
    events: {} as BundleEvent | { readonly type: 'files.taken' },
    emitted: {} as BundleCommand,
  },
  actions: {
    command: emit((_, command: BundleCommand) => command),
    forget: assign(() => emptyContext()),
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
    noteSignaling: assign({ signaling: (_, signaling: BundleContext['signaling']) => signaling }),
    recordRefusal: assign({ refusal: (_, code: RefusalCode) => code }),
    apply: enqueueActions(
      ({ enqueue }, { context, commands, startTimer, cancelTimers = [] }: LobbyOutcome) => {
        enqueue.assign(context);
        for (const session of cancelTimers) enqueue.cancel(session);
        if (startTimer !== undefined) {
          enqueue.raise(
            { type: 'slot.expired', session: startTimer },
            { id: startTimer, delay: HALF_OPEN_TIMEOUT },
          );
        }
        for (const command of commands) enqueue.emit(command);
      },
    ),
    dropHalfOpen: enqueueActions(({ context, enqueue }) => {
      for (const { session } of context.halfOpen) enqueue.cancel(session);
      enqueue.assign({ halfOpen: [] });
    }),
    noteStage: assign({
      deliveries: (
        { context },
        { delivery, stage }: { delivery: string; stage: BundleDelivery['stage'] },
      ) =>
        context.deliveries.map((one) =>
          one.id === delivery && one.stage !== 'ended' ? { ...one, stage } : one,
        ),
    }),
    closeDeliveries: enqueueActions(({ context, enqueue }) => {
      for (const { id } of context.deliveries)
        enqueue.emit({ type: 'delivery.close', delivery: id });
    }),
  },
}).createMachine({
  id: 'bundle',
  context: () => emptyContext(),
  initial: 'choosing',
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
    // The link exists. What is under way goes on, whatever becomes of the seat in the room.
    offering: {
      initial: 'sharing',
      on: {
        'sharing.stopped': {
          target: 'choosing',
          actions: [
            { type: 'command', params: { type: 'signaling.stop' } },
            'closeDeliveries',
            'dropHalfOpen',
            'forget',
          ],
        },
        'name.changed': { actions: { type: 'rename', params: ({ event }) => event.name } },
        'delivery.accepted': {
          actions: {
            type: 'noteStage',
            params: ({ event }) => ({ delivery: event.delivery, stage: 'accepted' }),
          },
        },
        'delivery.ended': {
          actions: {
            type: 'noteStage',
            params: ({ event }) => ({ delivery: event.delivery, stage: 'ended' }),
          },
        },
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
            'signaling.joined': { actions: { type: 'noteSignaling', params: 'joined' } },
            // N3: a session that was being opened belongs to the socket that has gone.
            'signaling.lost': {
              actions: [{ type: 'noteSignaling', params: 'lost' }, 'dropHalfOpen'],
            },
            'signaling.replaced': 'replaced',
            'signaling.refused': {
              target: 'refused',
              actions: { type: 'recordRefusal', params: ({ event }) => event.code },
            },
            'relay.received': {
              actions: {
                type: 'apply',
                params: ({ context, event }) => hearRelay(context, event.envelope),
              },
            },
            'entropy.drawn': {
              actions: {
                type: 'apply',
                params: ({ context, event }) => answerSlot(context, event.session, event.ephemeral),
              },
            },
          },
        },
        replaced: {},
        refused: {},
      },
    },
  },
});
