import { assign, emit, enqueueActions, setup } from 'xstate';
import { absentEntries } from '../pieces/choice.ts';
import type { FailedFile } from '../pieces/failed-files.ts';
import { bareParcel, type Parcel } from '../pieces/parcels.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { EntryRange, FailureCode, PieceRange } from '../protocol/types.ts';
import * as resume from './resume.ts';
import * as rules from './rules.ts';
import type { Arrivals, InflowCommand, InflowContext, InflowEvent, InflowInput } from './types.ts';
import { windowOf } from './window.ts';

// Chunk flow control, receiver's side (SPEC.md: K, R, X).
//
// It knows which pieces are being stored, alone or in packs, which have been, which credit the sender was told, which
// files failed and which entries were left out.
// The assembler (assembler.ts) handles frames, and holds them to the credit. The machine refuses to know bytes, sinks,
// how a digest is computed, and time.
//
// I1  credit is the settled bytes and a window, which is at most twice the first one. Settled bytes have been written
//     and hashed, or belong to a failed file.
// I2  verified only if every piece of every file that did not fail is stored, and the digests are equal.
// I3  a piece is given out to be stored once, whatever is repeated.

interface OfEntries {
  readonly ranges: readonly EntryRange[];
}

interface OfPieces {
  readonly ranges: readonly PieceRange[];
}

/**
 * Decides what a receiver keeps and how much more it may be sent.
 *
 * `receiving` until the sender has sent everything, then `verifying` until this side's digest is computed. It ends
 * `verified`, `failed` or `stopped`.
 */
export const inflowMachine = setup({
  types: {
    context: {} as InflowContext,
    events: {} as InflowEvent,
    emitted: {} as InflowCommand,
    input: {} as InflowInput,
  },
  guards: {
    isUnwanted: ({ context }, parcel: Parcel) => rules.isUnwanted(context, parcel),
    isStoring: ({ context }, parcel: Parcel) => rules.isStoring(context, parcel),
    isFileUnknown: ({ context }, { file }: { file: number }) => !rules.isFileKnown(context, file),
    isNewFailure: ({ context }, { file }: { file: number }) => rules.isNewFailure(context, file),
    isFull: (_, { code }: { code: FailureCode }) => code === 'disk.full',
    isHeld: ({ context }, { ranges }: OfPieces) => resume.isHeld(context, ranges),
    isLeftOut: ({ context }, { ranges }: OfEntries) => resume.isLeftOut(context, ranges),
    hasFailed: ({ context }, { file }: { file: number }) => resume.hasFailedFile(context, file),
    isHopeless: ({ context }) => rules.isHopeless(context),
    isAllStored: ({ context }) => rules.isAllStored(context),
    isSameDigest: ({ context }, { digest }: { digest: BundleDigest }) =>
      rules.isSameDigest(context, digest),
  },
  actions: {
    takeParcel: enqueueActions(({ context, enqueue }, parcel: Parcel) => {
      const [next, commands] = rules.takeParcel(context, parcel);
      enqueue.assign(next);
      for (const command of commands) enqueue.emit(command);
    }),
    recordStored: assign(({ context }, parcel: Parcel) => rules.recordStored(context, parcel)),
    recordDiscarded: assign(({ context }, parcel: Parcel) =>
      rules.recordDiscarded(context, bareParcel(parcel)),
    ),
    recordFailedFile: assign(({ context }, failed: FailedFile) =>
      rules.recordFailedFile(context, failed),
    ),
    recordRoundTrip: assign((_, { milliseconds }: { milliseconds: number }) => ({
      roundTrip: milliseconds,
    })),
    fitWindow: assign(({ context }, arrivals: Arrivals) => ({
      window: windowOf(context, arrivals),
    })),
    recordSent: assign((_, { digest }: { digest: string }) => ({ sentDigest: digest })),
    recordDigest: assign((_, { digest }: { digest: BundleDigest }) => ({ digest })),
    recordFailure: assign((_, { code }: { code: FailureCode }) => ({ failure: code })),
    recordAllFailed: assign(({ context }) => ({ failure: context.failedFiles.firstCode })),
    discardFile: emit(
      (_, { file, code }: FailedFile) => ({ type: 'file.discard', file, code }) as const,
    ),
    recordStuck: assign(({ context }, parcel: Parcel) =>
      resume.recordStuck(context, bareParcel(parcel)),
    ),
    storeAgain: enqueueActions(({ context, enqueue }) => {
      for (const parcel of context.stuck) enqueue.emit({ type: 'piece.store.again', ...parcel });
      enqueue.assign(resume.recordStuckTried(context));
    }),
    forgetPieces: emit((_, { ranges }: OfPieces) => ({ type: 'pieces.forget', ranges }) as const),
    recordForgotten: enqueueActions(({ context, enqueue }, { ranges }: OfPieces) => {
      enqueue.assign(resume.recordForgotten(context, ranges));
      enqueue.emit({ type: 'missing.send', ranges, more: false });
    }),
    readmitFile: enqueueActions(({ context, enqueue }, { file }: { file: number }) => {
      const [next, ranges] = resume.readmit(context, file);
      enqueue.assign(next);
      enqueue.emit({ type: 'file.readmit', file, ranges });
      for (const answer of resume.answersOf(ranges)) enqueue.emit(answer);
    }),
    takeIn: enqueueActions(({ context, enqueue }, { ranges }: OfEntries) => {
      const [next, lacking] = resume.takeIn(context, ranges);
      enqueue.assign(next);
      enqueue.emit({ type: 'entries.admit', ranges });
      for (const answer of resume.answersOf(lacking)) enqueue.emit(answer);
    }),
    reportStarted: emit({ type: 'inflow.started' }),
    reportStalled: emit({ type: 'inflow.stalled' }),
    returnCredit: enqueueActions(({ context, enqueue }) => {
      if (!rules.isCreditDue(context)) return;
      const credit = rules.creditOf(context);
      enqueue.assign({ grantedUpTo: credit.upTo, reportedBytes: credit.settled });
      enqueue.emit({ type: 'credit.send', ...credit });
    }),
    reportProgress: emit(
      ({ context }) => ({ type: 'progress.made', bytes: context.storedBytes }) as const,
    ),
    computeDigest: emit(
      ({ context }) =>
        ({
          type: 'digest.compute',
          absent: absentEntries(context.failedFiles.list, context.leftOut),
        }) as const,
    ),
    reportVerified: emit((_, { digest }: { digest: BundleDigest }) => ({
      type: 'inflow.verified' as const,
      digest,
    })),
    reportFailure: emit(({ context }) => ({
      type: 'inflow.failed' as const,
      code: context.failure ?? 'internal',
    })),
  },
}).createMachine({
  id: 'inflow',
  context: ({ input }) => rules.initialContext(input),
  initial: 'receiving',
  on: {
    'inflow.stopped': '.stopped',
    'store.failed': [
      {
        guard: { type: 'isFull', params: ({ event }) => event },
        actions: [{ type: 'recordStuck', params: ({ event }) => event }, 'reportStalled'],
      },
      {
        target: '.failed',
        actions: { type: 'recordFailure', params: ({ event }) => event },
      },
    ],
    'store.retried': { actions: 'storeAgain' },
  },
  states: {
    receiving: {
      entry: 'reportStarted',
      always: { guard: 'isHopeless', target: 'failed', actions: 'recordAllFailed' },
      on: {
        'piece.assembled': {
          actions: [{ type: 'takeParcel', params: ({ event }) => event }, 'returnCredit'],
        },
        'piece.discarded': {
          guard: { type: 'isUnwanted', params: ({ event }) => event },
          actions: [{ type: 'recordDiscarded', params: ({ event }) => event }, 'returnCredit'],
        },
        'piece.stored': {
          guard: { type: 'isStoring', params: ({ event }) => event },
          actions: [
            { type: 'recordStored', params: ({ event }) => event },
            'reportProgress',
            'returnCredit',
          ],
        },
        'roundtrip.measured': {
          actions: { type: 'recordRoundTrip', params: ({ event }) => event },
        },
        'inflow.measured': {
          actions: [{ type: 'fitWindow', params: ({ event }) => event }, 'returnCredit'],
        },
        'again.received': [
          {
            guard: { type: 'isHeld', params: ({ event }) => event },
            actions: { type: 'forgetPieces', params: ({ event }) => event },
          },
          // R4: only a piece that is held can differ.
          { target: 'failed', actions: { type: 'recordFailure', params: { code: 'protocol' } } },
        ],
        'pieces.forgotten': {
          actions: [{ type: 'recordForgotten', params: ({ event }) => event }, 'reportProgress'],
        },
        'file.retried.received': [
          {
            guard: { type: 'hasFailed', params: ({ event }) => event },
            actions: [{ type: 'readmitFile', params: ({ event }) => event }, 'reportProgress'],
          },
          { target: 'failed', actions: { type: 'recordFailure', params: { code: 'protocol' } } },
        ],
        'taken.received': [
          {
            guard: { type: 'isLeftOut', params: ({ event }) => event },
            actions: { type: 'takeIn', params: ({ event }) => event },
          },
          { target: 'failed', actions: { type: 'recordFailure', params: { code: 'protocol' } } },
        ],
        'file.failed.received': [
          {
            guard: { type: 'isFileUnknown', params: ({ event }) => event },
            target: 'failed',
            actions: { type: 'recordFailure', params: { code: 'protocol' } },
          },
          {
            guard: { type: 'isNewFailure', params: ({ event }) => event },
            actions: [
              { type: 'recordFailedFile', params: ({ event }) => event },
              { type: 'discardFile', params: ({ event }) => event },
            ],
          },
        ],
        'sent.received': [
          {
            guard: 'isAllStored',
            target: 'verifying',
            actions: { type: 'recordSent', params: ({ event }) => event },
          },
          // X1: `sent` came before every piece did.
          {
            target: 'failed',
            actions: { type: 'recordFailure', params: { code: 'protocol' } },
          },
        ],
      },
    },
    verifying: {
      entry: 'computeDigest',
      on: {
        'digest.computed': [
          {
            guard: { type: 'isSameDigest', params: ({ event }) => event },
            target: 'verified',
            actions: [
              { type: 'recordDigest', params: ({ event }) => event },
              { type: 'reportVerified', params: ({ event }) => event },
            ],
          },
          {
            target: 'failed',
            actions: [
              { type: 'recordDigest', params: ({ event }) => event },
              { type: 'recordFailure', params: { code: 'integrity' } },
            ],
          },
        ],
        // C1: after `sent` the sender has no more messages about files.
        'sent.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: { code: 'protocol' } },
        },
        'file.failed.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: { code: 'protocol' } },
        },
        'file.retried.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: { code: 'protocol' } },
        },
        'taken.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: { code: 'protocol' } },
        },
        'again.received': {
          target: 'failed',
          actions: { type: 'recordFailure', params: { code: 'protocol' } },
        },
      },
    },
    verified: { type: 'final' },
    failed: { type: 'final', entry: 'reportFailure' },
    stopped: { type: 'final' },
  },
});
