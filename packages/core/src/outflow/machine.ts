import { assign, emit, enqueueActions, not, setup } from 'xstate';
import type { FailedFile } from '../pieces/failed-files.ts';
import type { Parcel } from '../pieces/parcels.ts';
import type { Credit, EntryRange, FailureCode, PieceRange } from '../protocol/types.ts';
import * as lanes from './lane-state.ts';
import { recordGoodput } from './watermarks.ts';
import { changePacer, growAllowance } from './pacer.ts';
import * as resume from './resume.ts';
import * as rules from './rules.ts';
import type {
  Goodput,
  OutflowCommand,
  OutflowContext,
  OutflowEvent,
  OutflowInput,
} from './types.ts';

// Chunk flow control, sender's side (SPEC.md: F, K, R, X).
//
// It knows which parcels are in memory, which one is open on which lane, how much each lane had in flight when last
// reported, how much the receiver's credit and the person's cap allow, which files failed and which entries were left
// out. It refuses to know bytes, channels, files and digests, and learns the time from the host.
//
// I1   opened bytes never exceed the credit: a parcel is opened, in manifest order, only when its full length
//      fits (K1), and only opened bytes can have been settled (K2).
// I3   each chunk of a parcel is given to one channel, once; a lane that has no piece to open takes part of another's.
// I11  each end, good or bad, releases every piece that is in memory or on its way there.
// Memory: with one lane at most `readAhead` parcels are loading, loaded or open; each further lane adds one, and
// two while pieces that were lost with a lane go out once more.

interface Missing {
  readonly ranges: readonly PieceRange[];
  readonly more: boolean;
}

interface LaneReport {
  readonly lane: number;
  readonly buffered: number;
}

interface OfLane {
  readonly lane: number;
}

interface OfRate {
  readonly bytesPerSecond: number | undefined;
}

interface LaneCount {
  readonly lane: number;
  readonly chunks: number;
}

/**
 * Decides what a sender reads and hands to its channels, and when.
 *
 * `idle` until the receiver accepts, then `sending`: `flowing` while there is something to hand to a channel,
 * `draining` while credit is still out. It ends `finished`, `failed` or `stopped`. Losing lane 0 stops it. If another
 * lane is lost, the receiver reports how much has come through, and the rest is sent on other lanes.
 */
export const outflowMachine = setup({
  types: {
    context: {} as OutflowContext,
    events: {} as OutflowEvent,
    emitted: {} as OutflowCommand,
    input: {} as OutflowInput,
  },
  guards: {
    isWindowEnough: ({ context }, { credit }: { credit: number }) =>
      rules.isWindowEnough(context, credit),
    isCreditUnearned: ({ context }, credit: Credit) => rules.isCreditUnearned(context, credit),
    isCreditHigher: ({ context }, credit: Credit) => rules.isCreditHigher(context, credit),
    isNewFailure: ({ context }, { file }: { file: number }) => rules.isNewFailure(context, file),
    isUsed: ({ context }, { lane }: OfLane) => lanes.isUsed(context, lane),
    isLosable: ({ context }, { lane }: OfLane) => lanes.isLosable(context, lane),
    isCountWrong: ({ context }, { lane, chunks }: LaneCount) =>
      lanes.isCountWrong(context, lane, chunks),
    isLostForGood: ({ context }, { file }: { file: number }) => lanes.isLostForGood(context, file),
    isRetriable: ({ context }, { file }: { file: number }) => resume.isRetriable(context, file),
    isUnasked: ({ context }, { ranges }: Missing) => resume.isUnasked(context, ranges),
    isNewRate: ({ context: { pacer } }, { bytesPerSecond }: OfRate) =>
      changePacer(pacer, bytesPerSecond) !== pacer,
    isTimeAwaited: ({ context: { pacer } }) => pacer.state === 'ticking',
    isHopeless: ({ context }) => rules.isHopeless(context),
    isAllSent: ({ context }) => rules.isAllSent(context),
    isAllCredited: ({ context }) => rules.isAllCredited(context),
  },
  actions: {
    recordWindow: assign(({ context }, { credit }: { credit: number }) =>
      rules.recordWindow(context, credit),
    ),
    recordCredit: assign(({ context }, credit: Credit) => rules.recordCredit(context, credit)),
    recordRead: assign(({ context }, parcel: Parcel) => rules.recordRead(context, parcel)),
    recordFailedFile: assign(({ context }, failed: FailedFile) =>
      rules.recordFailedFile(context, failed),
    ),
    recordChecked: enqueueActions(
      ({ context, enqueue }, { different }: { different: readonly PieceRange[] }) => {
        const [next, commands] = resume.recordChecked(context, different);
        enqueue.assign(next);
        for (const command of commands) enqueue.emit(command);
      },
    ),
    recordMissing: assign(({ context }, missing: Missing) =>
      resume.recordMissing(context, missing),
    ),
    recordRetry: assign(({ context }, { file }: { file: number }) =>
      resume.recordRetry(context, file),
    ),
    takeIn: enqueueActions(
      ({ context, enqueue }, { ranges }: { ranges: readonly EntryRange[] }) => {
        const [next, commands] = resume.takeIn(context, ranges);
        enqueue.assign(next);
        for (const command of commands) enqueue.emit(command);
      },
    ),
    repeatFailures: enqueueActions(({ context, enqueue }) => {
      for (const { file, code } of context.failedFiles.list)
        enqueue.emit({ type: 'file.fail', file, code });
    }),
    recordRate: assign(({ context }, { bytesPerSecond }: OfRate) => ({
      pacer: changePacer(context.pacer, bytesPerSecond),
    })),
    recordLimit: assign((_, { bytes }: { bytes: number | undefined }) => ({
      inFlightLimit: bytes,
    })),
    recordGoodput: assign(({ context }, { lane, ...goodput }: OfLane & Goodput) =>
      recordGoodput(context, lane, goodput),
    ),
    recordTime: assign(({ context }, { milliseconds }: { milliseconds: number }) => ({
      pacer: growAllowance(context.pacer, milliseconds),
    })),
    pauseFlow: assign({ flow: 'paused' }),
    resumeFlow: assign({ flow: 'running' }),
    recordSent: assign(({ context }, { lane, buffered }: LaneReport) =>
      rules.recordSent(context, lane, buffered),
    ),
    recordDrained: assign(({ context }, { lane, buffered }: LaneReport) =>
      rules.recordDrained(context, lane, buffered),
    ),
    recordLane: assign(({ context }, { lane }: OfLane) => lanes.recordLane(context, lane)),
    recordRetired: assign(({ context }, { lane }: OfLane) => lanes.recordRetired(context, lane)),
    recordLost: enqueueActions(({ context, enqueue }, { lane }: OfLane) => {
      const [next, commands] = lanes.recordLost(context, lane);
      enqueue.assign(next);
      for (const command of commands) enqueue.emit(command);
    }),
    recordClosed: enqueueActions(({ context, enqueue }, { lane, chunks }: LaneCount) => {
      const [next, commands] = lanes.recordClosed(context, lane, chunks);
      enqueue.assign(next);
      for (const command of commands) enqueue.emit(command);
    }),
    spoilGeneration: emit({ type: 'generation.spoil' }),
    recordFailure: assign((_, { code }: { code: FailureCode }) => ({ failure: code })),
    recordAllFailed: assign(({ context }) => ({ failure: context.failedFiles.firstCode })),
    failFile: emit((_, { file, code }: FailedFile) => ({ type: 'file.fail', file, code }) as const),
    advance: enqueueActions(({ context, enqueue }) => {
      const [next, commands] = rules.advance(context);
      enqueue.assign(next);
      for (const command of commands) enqueue.emit(command);
    }),
    releaseAll: enqueueActions(({ context, enqueue }) => {
      for (const command of rules.releaseAll(context)) enqueue.emit(command);
    }),
    reportProgress: emit(
      ({ context }) =>
        ({
          type: 'progress.made',
          bytes: context.heldBytes + context.creditedBytes,
        }) as const,
    ),
    reportFinished: emit(
      ({ context }) =>
        ({ type: 'outflow.finished', failedFiles: context.failedFiles.list }) as const,
    ),
    reportFailure: emit(
      ({ context }) => ({ type: 'outflow.failed', code: context.failure ?? 'internal' }) as const,
    ),
  },
}).createMachine({
  id: 'outflow',
  context: ({ input }) => rules.initialContext(input),
  initial: 'idle',
  on: {
    // In every state, whatever there is to send: a pause may come before the receiver accepts.
    'outflow.paused': { actions: 'pauseFlow' },
    'outflow.stopped': '.stopped',
  },
  states: {
    idle: {
      on: {
        'outflow.started': [
          {
            guard: { type: 'isWindowEnough', params: ({ event }) => event },
            target: 'sending',
            actions: [{ type: 'recordWindow', params: ({ event }) => event }, 'repeatFailures'],
          },
          { target: 'failed', actions: { type: 'recordFailure', params: { code: 'protocol' } } },
        ],
        'lane.opened': { actions: { type: 'recordLane', params: ({ event }) => event } },
        'outflow.resumed': { actions: 'resumeFlow' },
        'rate.changed': { actions: { type: 'recordRate', params: ({ event }) => event } },
        'inFlight.limited': { actions: { type: 'recordLimit', params: ({ event }) => event } },
      },
    },
    sending: {
      initial: 'flowing',
      entry: 'advance',
      on: {
        'credit.received': [
          {
            guard: { type: 'isCreditUnearned', params: ({ event }) => event },
            target: 'failed',
            actions: { type: 'recordFailure', params: { code: 'protocol' } },
          },
          {
            guard: { type: 'isCreditHigher', params: ({ event }) => event },
            actions: [
              { type: 'recordCredit', params: ({ event }) => event },
              'reportProgress',
              'advance',
            ],
          },
        ],
        'read.failed': [
          {
            guard: { type: 'isLostForGood', params: ({ event }) => event },
            target: 'stopped',
            actions: 'spoilGeneration',
          },
          {
            guard: { type: 'isNewFailure', params: ({ event }) => event },
            actions: [
              { type: 'recordFailedFile', params: ({ event }) => event },
              { type: 'failFile', params: ({ event }) => event },
              'advance',
            ],
          },
        ],
        'file.skipped': {
          guard: { type: 'isNewFailure', params: ({ event }) => event },
          actions: [
            { type: 'recordFailedFile', params: ({ event }) => skipped(event) },
            { type: 'failFile', params: ({ event }) => skipped(event) },
            'advance',
          ],
        },
        'file.retried': {
          guard: { type: 'isRetriable', params: ({ event }) => event },
          actions: [{ type: 'recordRetry', params: ({ event }) => event }, 'advance'],
        },
        'entries.taken': {
          actions: [{ type: 'takeIn', params: ({ event }) => event }, 'advance'],
        },
        'pieces.checked': {
          actions: [{ type: 'recordChecked', params: ({ event }) => event }, 'advance'],
        },
        'missing.received': [
          {
            guard: { type: 'isUnasked', params: ({ event }) => event },
            target: 'failed',
            actions: { type: 'recordFailure', params: { code: 'protocol' } },
          },
          { actions: [{ type: 'recordMissing', params: ({ event }) => event }, 'advance'] },
        ],
        'outflow.resumed': { actions: ['resumeFlow', 'advance'] },
        'rate.changed': {
          guard: { type: 'isNewRate', params: ({ event }) => event },
          actions: [{ type: 'recordRate', params: ({ event }) => event }, 'advance'],
        },
        // A higher limit is used when more has arrived: until then, the lanes are full.
        'inFlight.limited': { actions: { type: 'recordLimit', params: ({ event }) => event } },
        'goodput.measured': { actions: { type: 'recordGoodput', params: ({ event }) => event } },
        'allowance.grown': {
          guard: 'isTimeAwaited',
          actions: [{ type: 'recordTime', params: ({ event }) => event }, 'advance'],
        },
        'lane.opened': {
          actions: [{ type: 'recordLane', params: ({ event }) => event }, 'advance'],
        },
        'lane.retired': {
          guard: { type: 'isUsed', params: ({ event }) => event },
          actions: [{ type: 'recordRetired', params: ({ event }) => event }, 'advance'],
        },
        'lane.lost': {
          guard: { type: 'isLosable', params: ({ event }) => event },
          actions: [{ type: 'recordLost', params: ({ event }) => event }, 'advance'],
        },
        'lane.closed': [
          {
            guard: { type: 'isCountWrong', params: ({ event }) => event },
            target: 'failed',
            actions: { type: 'recordFailure', params: { code: 'protocol' } },
          },
          { actions: [{ type: 'recordClosed', params: ({ event }) => event }, 'advance'] },
        ],
        // Even while draining: the lane may have to send chunks again.
        'buffer.drained': {
          actions: [{ type: 'recordDrained', params: ({ event }) => event }, 'advance'],
        },
      },
      states: {
        flowing: {
          always: [
            { guard: 'isHopeless', target: '#outflow.failed', actions: 'recordAllFailed' },
            { guard: 'isAllSent', target: 'draining' },
          ],
          on: {
            'piece.read': {
              actions: [{ type: 'recordRead', params: ({ event }) => event }, 'advance'],
            },
            'chunks.sent': {
              actions: [{ type: 'recordSent', params: ({ event }) => event }, 'advance'],
            },
          },
        },
        draining: {
          always: [
            { guard: 'isHopeless', target: '#outflow.failed', actions: 'recordAllFailed' },
            // A retried file, or a piece that differs after all, has to be sent.
            { guard: not('isAllSent'), target: 'flowing' },
            { guard: 'isAllCredited', target: '#outflow.finished' },
          ],
        },
      },
    },
    finished: { type: 'final', entry: 'reportFinished' },
    failed: { type: 'final', entry: ['releaseAll', 'reportFailure'] },
    stopped: { type: 'final', entry: 'releaseAll' },
  },
});

function skipped({ file }: { readonly file: number }): FailedFile {
  return { file, code: 'skipped' };
}
