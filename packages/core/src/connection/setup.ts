// The actions, guards and delays of a connection's machine; machine.ts says when they are used.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { backoffDelay } from '../backoff.ts';
import {
  CONNECT_TIMEOUT,
  HANDSHAKE_TIMEOUT,
  HEARTBEAT_INTERVAL,
  HEARTBEAT_TIMEOUT,
  STALL_TIMEOUT,
} from '../constants.ts';
import { SENDER, type FailureCode } from '../protocol/types.ts';
import {
  askToReconnect,
  sessionEnd,
  isAttack,
  isFirstTry,
  sendGoodbye,
  type Outcome,
} from './rules.ts';
import type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  ConnectionInternalEvent,
  Session,
} from './types.ts';

export const connection = setup({
  types: {
    context: {} as ConnectionContext,
    input: {} as ConnectionInput,
    events: {} as ConnectionEvent | ConnectionInternalEvent,
    emitted: {} as ConnectionCommand,
  },
  delays: {
    backoff: ({ context }) => backoffDelay(context.attempts, context.jitter),
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    connectTimeout: CONNECT_TIMEOUT,
    heartbeatInterval: HEARTBEAT_INTERVAL,
    stallTimeout: STALL_TIMEOUT,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
  },
  guards: {
    isInitiator: ({ context }) => context.input.role === 'initiator',
    isAttack: ({ context }) => isAttack(context),
    isFirstTry: ({ context }) => isFirstTry(context),
    hasSession: ({ context }) => context.session !== undefined,
    isSenderOnline: ({ context }) => context.senderOnline,
    isCurrentGeneration: ({ context }, generation: number) => generation === context.generation,
    isNewGeneration: ({ context }, generation: number) =>
      context.input.role === 'responder' && generation > context.generation,
    isMyPeer: ({ context }, peer: string) =>
      peer === (context.input.role === 'initiator' ? SENDER : context.session?.peer),
  },
  actions: {
    apply: enqueueActions(({ enqueue }, { context, commands, event }: Outcome) => {
      enqueue.assign(context);
      for (const command of commands) enqueue.emit(command);
      if (event !== undefined) enqueue.raise(event);
    }),
    drawEntropy: emit(({ context }) => ({
      type: 'entropy.draw' as const,
      generation: context.generation + 1,
    })),
    noteSender: assign({ senderOnline: (_, isOnline: boolean) => isOnline }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    forgetFailures: assign({ attempts: 0, authenticationFailures: 0 }),
    nameReceiver: assign({
      input: ({ context: { input } }, receiverName: string | undefined) =>
        input.role === 'initiator' ? { ...input, receiverName } : input,
    }),
    noteConnected: assign({ connected: 'once' }),
    scheduleRetry: emit(({ context }) => ({
      type: 'retry.scheduled' as const,
      delay: backoffDelay(context.attempts, context.jitter),
    })),
    restartNegotiation: emit(({ context }) => ({
      type: 'negotiation.restart' as const,
      generation: context.generation,
    })),
    forgetSession: assign({ session: undefined, handshake: undefined }),
    adoptSession: assign(
      (_, { session, generation }: Extract<ConnectionEvent, { type: 'session.opened' }>) => ({
        session,
        generation,
      }),
    ),
    askToReconnect: enqueueActions(({ context, enqueue }) => {
      const { context: changed, commands } = askToReconnect(context);
      enqueue.assign(changed);
      for (const command of commands) enqueue.emit(command);
    }),
    sendGoodbye: enqueueActions(({ context, enqueue }, reason: 'full' | 'unreachable') => {
      for (const command of sendGoodbye(context, reason)) enqueue.emit(command);
    }),
    reportWait: emit({ type: 'place.awaited' }),
    dismiss: emit((_, session: Session) => sessionEnd(session)),
    startNegotiation: emit(({ context }) => ({
      type: 'negotiation.start' as const,
      generation: context.generation,
      offers: context.input.role === 'initiator',
    })),
    stopNegotiation: emit(({ context }) => ({
      type: 'negotiation.stop' as const,
      generation: context.generation,
    })),
    reportEstablished: emit(({ context }) => ({
      type: 'connection.established' as const,
      generation: context.generation,
    })),
    reportLost: emit({ type: 'connection.lost' }),
    reportFailure: emit((_, code: FailureCode) => ({ type: 'connection.failed' as const, code })),
    sendBeat: emit({ type: 'beat.send' }),
  },
});
