// The lanes that a sender opens, at the receiver's end (SPEC.md: W).
//
// It knows which lanes there are, and which number was the last. It refuses to know what comes through them, which is
// the inflow's. A lane's number is used once in a generation, so that late messages about one lane can't be mistaken
// for another's.

import { assign, emit, setup } from 'xstate';
import type { NegotiationMessage } from '../protocol/types.ts';
import * as rules from './rules.ts';
import type { ReceiverLanesCommand, ReceiverLanesContext, ReceiverLanesEvent } from './types.ts';

interface OfLane {
  readonly lane: number;
}

interface Received extends OfLane {
  readonly message: NegotiationMessage;
}

interface Counted extends OfLane {
  readonly chunks: number;
}

export const receiverLanesMachine = setup({
  types: {
    context: {} as ReceiverLanesContext,
    events: {} as ReceiverLanesEvent,
    emitted: {} as ReceiverLanesCommand,
  },
  guards: {
    isKnown: ({ context }, { lane }: OfLane) => context.lanes.includes(lane),
    // Messages about a lane may cross with its end.
    isOver: ({ context }, { lane }: OfLane) =>
      lane <= context.last && !context.lanes.includes(lane),
    isJoinable: ({ context }, { lane, message }: Received) =>
      rules.isJoinable(context, lane, message),
  },
  actions: {
    join: emit((_, { lane }: OfLane) => ({ type: 'lane.join' as const, lane })),
    receive: emit((_, { lane, message }: Received) => ({
      type: 'lane.receive' as const,
      lane,
      message,
    })),
    awaitChunks: emit((_, { lane, chunks }: Counted) => ({
      type: 'chunks.await' as const,
      lane,
      chunks,
    })),
    shut: emit((_, { lane }: OfLane) => ({ type: 'lane.shut' as const, lane })),
    sendClosed: emit((_, { lane, chunks }: Counted) => ({
      type: 'closed.send' as const,
      lane,
      chunks,
    })),
    record: assign(({ context }, { lane }: OfLane) => ({
      lanes: [...context.lanes, lane],
      last: lane,
    })),
    pass: assign(({ context }, { lane }: OfLane) => ({ last: Math.max(context.last, lane) })),
    noteClosing: assign(({ context }, { lane }: OfLane) => ({
      closing: [...context.closing.filter((other) => other !== lane), lane],
    })),
    remove: assign(({ context }, { lane }: OfLane) => ({
      lanes: context.lanes.filter((other) => other !== lane),
      closing: context.closing.filter((other) => other !== lane),
    })),
    reportFailure: emit({ type: 'lanes.failed' }),
  },
}).createMachine({
  id: 'receiverLanes',
  context: { lanes: [], closing: [], last: 0 },
  initial: 'open',
  on: { 'lanes.stopped': '.stopped' },
  states: {
    open: {
      on: {
        'lane.message.received': [
          {
            guard: { type: 'isKnown', params: ({ event }) => event },
            actions: { type: 'receive', params: ({ event }) => event },
          },
          {
            guard: { type: 'isJoinable', params: ({ event }) => event },
            actions: [
              { type: 'record', params: ({ event }) => event },
              { type: 'join', params: ({ event }) => event },
              { type: 'receive', params: ({ event }) => event },
            ],
          },
          { guard: { type: 'isOver', params: ({ event }) => event } },
          { target: 'failed' },
        ],
        'lane.close.received': [
          {
            guard: { type: 'isKnown', params: ({ event }) => event },
            actions: [
              { type: 'noteClosing', params: ({ event }) => event },
              { type: 'awaitChunks', params: ({ event }) => event },
            ],
          },
          // The lane is gone, or the sender gave it up before it was offered.
          { actions: { type: 'pass', params: ({ event }) => event } },
        ],
        'chunks.taken': {
          guard: { type: 'isKnown', params: ({ event }) => event },
          actions: [
            { type: 'remove', params: ({ event }) => event },
            { type: 'shut', params: ({ event }) => event },
            { type: 'sendClosed', params: ({ event }) => event },
          ],
        },
        'lane.failed': {
          guard: { type: 'isKnown', params: ({ event }) => event },
          actions: [
            { type: 'remove', params: ({ event }) => event },
            { type: 'shut', params: ({ event }) => event },
            { type: 'sendClosed', params: ({ event }) => event },
          ],
        },
      },
    },
    failed: { type: 'final', entry: 'reportFailure' },
    stopped: { type: 'final' },
  },
});
