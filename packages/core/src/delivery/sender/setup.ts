// The actions, guards and delays of the sender's delivery machine; machine.ts says when they are used.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { ABANDON_TIMEOUT, ANSWER_TIMEOUT, LEAF_BYTES, QUIET_TIMEOUT } from '../../constants.ts';
import type { BundleDigest } from '../../integrity/bundle-digest.ts';
import {
  absentEntries,
  piecesOfEntries,
  takenOf,
  takesSome,
  type EntrySet,
} from '../../pieces/choice.ts';
import { addRange, countPieces, emptyPieces, hasPiece } from '../../pieces/piece-set.ts';
import { createPlan, sizeOf } from '../../pieces/plan.ts';
import { bytesOfPieces } from '../../pieces/ranges.ts';
import type { EntryRange, FailureCode, PauseReason } from '../../protocol/types.ts';
import { addGift, canGive } from '../gifts.ts';
import {
  addPause,
  isSameDigest,
  loseFile,
  regainFile,
  takeEntries,
  withoutPauses,
} from '../rules.ts';
import type {
  SenderDeliveryCommand,
  Pause,
  SenderDeliveryContext,
  SenderDeliveryEvent,
  SenderDeliveryInput,
} from '../types.ts';
import type { FailedFile } from '../../pieces/failed-files.ts';
import type { Path } from '../path.ts';

type Held = Extract<SenderDeliveryEvent, { type: 'held.received' }>;
type Leave = Extract<SenderDeliveryEvent, { type: 'leave.received' }>;
type Accept = Extract<SenderDeliveryEvent, { type: 'accept.received' }>;

/** The pause that each of the receiver's reasons stands for: its person's, or its disk's. */
export const PAUSES: Readonly<Record<PauseReason, Pause>> = {
  person: 'them',
  'disk.full': 'disk',
};

export const senderDelivery = setup({
  types: {
    context: {} as SenderDeliveryContext,
    input: {} as SenderDeliveryInput,
    events: {} as SenderDeliveryEvent,
    emitted: {} as SenderDeliveryCommand,
  },
  delays: {
    quietTimeout: QUIET_TIMEOUT,
    abandonTimeout: ABANDON_TIMEOUT,
    // A person may take their time; a receiver that has accepted before answers at once (R1).
    answerTimeout: ({ context }) => (context.accepted === 'yes' ? ABANDON_TIMEOUT : ANSWER_TIMEOUT),
  },
  guards: {
    isFurther: ({ context }, bytes: number) => bytes > context.bytes,
    isAccepted: ({ context }) => context.accepted === 'yes',
    isSameDigest: ({ context }, digest: string) => isSameDigest(context.digest, digest),
    // E1: in ascending order, before anything else is said.
    isNextLeave: ({ context }, { ranges }: Leave) =>
      context.leave !== 'whole' &&
      context.held.size === 0 &&
      ranges.length > 0 &&
      (ranges[0]?.first ?? 0) >= (context.leaving.bounds.at(-1) ?? 0) &&
      (ranges.at(-1)?.end ?? 0) <= context.manifest.entries.length,
    isChoiceSound: ({ context }, { entries }: Accept) => isChoiceSound(context, entries),
    isNextHeld: ({ context }, { first, leaves }: Held) =>
      context.leave !== 'more' &&
      first >= (context.held.bounds.at(-1) ?? 0) &&
      first + leaves.length / LEAF_BYTES <= createPlan(context.manifest).pieces,
    canTakeGift: ({ context }, link: string) => canGive(context.gifts, link),
    isPaused: ({ context }) => context.pauses.length > 0,
    isFlowing: ({ context }) => context.pauses.length === 0,
  },
  actions: {
    command: emit((_, command: SenderDeliveryCommand) => command),
    sendOffer: emit(({ context }) => ({ type: 'offer.send' as const, manifest: context.manifest })),
    askForDigest: emit(({ context }) => ({
      type: 'source.digest' as const,
      absent: absentEntries(context.failedFiles, context.leftOut),
    })),
    recordProgress: assign({
      bytes: ({ context }, bytes: number) => Math.min(context.total, bytes),
    }),
    recordArrival: assign({ arrived: (_, bytes: number) => bytes }),
    recordFailedFile: assign(({ context }, failed: FailedFile) => loseFile(context, failed)),
    recordRetriedFile: assign(({ context }, { file }: { file: number }) =>
      regainFile(context, file),
    ),
    recordHeld: assign({
      held: ({ context }, { first, leaves }: Held) =>
        addRange(context.held, { first, end: first + leaves.length / LEAF_BYTES }),
    }),
    forgetHeld: assign({ held: emptyPieces, leaving: emptyPieces, leave: 'none' }),
    recordLeave: assign(({ context }, { ranges, more }: Leave) => ({
      leaving: ranges.reduce(addRange, context.leaving),
      leave: more ? ('more' as const) : ('whole' as const),
    })),
    recordTaken: assign(({ context }, { ranges }: { ranges: readonly EntryRange[] }) =>
      takeEntries(context, ranges),
    ),
    recordGift: assign({ gifts: ({ context }, link: string) => addGift(context.gifts, link) }),
    addPause: assign({ pauses: ({ context }, pause: Pause) => addPause(context.pauses, pause) }),
    endPauses: assign({
      pauses: ({ context }, ended: readonly Pause[]) => withoutPauses(context.pauses, ended),
    }),
    // R1: every generation starts from what the receiver takes and holds. The sender repeats its pauses (P2).
    startOutflow: enqueueActions(({ context, enqueue }, { credit, entries }: Accept) => {
      const { manifest, held, pauses } = context;
      const leftOut = leftOutOf(context, entries);
      const failedFiles = context.failedFiles.filter(({ file }) => !hasPiece(leftOut, file));
      let total = takenOf(manifest, leftOut).bytes;
      const plan = createPlan(manifest);
      for (const { file } of failedFiles) total -= sizeOf(plan, file);
      enqueue.assign({
        accepted: 'yes',
        leftOut,
        failedFiles,
        total,
        bytes: Math.min(total, bytesOfPieces(plan, held)),
        arrived: 0,
      });
      enqueue.emit({ type: 'outflow.start', credit, held, failedFiles, leftOut });
      if (pauses.length > 0) enqueue.emit({ type: 'outflow.pause' });
      if (pauses.includes('me')) enqueue.emit({ type: 'pause.send', reason: 'person' });
    }),
    stopOutflow: emit({ type: 'outflow.stop' }),
    resumeOutflow: enqueueActions(({ context, enqueue }) => {
      if (context.pauses.length === 0) enqueue.emit({ type: 'outflow.resume' });
    }),
    recordPath: assign({ path: (_, path: Path | undefined) => path }),
    recordDigest: assign({ digest: (_, digest: BundleDigest) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    sendFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit({ type: 'delivery.release', sink: 'discard' }),
  },
});

// E2: entries that the person didn't see were not taken either.
function leftOutOf({ manifest, leaving }: SenderDeliveryContext, entries: number): EntrySet {
  return addRange(leaving, { first: entries, end: manifest.entries.length });
}

// E2: the choice is whole and within what was seen, takes something, and nothing is held of what it leaves out.
function isChoiceSound(context: SenderDeliveryContext, entries: number): boolean {
  const { manifest, held, leave, leaving } = context;
  const leftOut = leftOutOf(context, entries);
  return (
    leave !== 'more' &&
    entries <= manifest.entries.length &&
    (leaving.bounds.at(-1) ?? 0) <= entries &&
    takesSome(leftOut, manifest.entries.length) &&
    piecesOfEntries(createPlan(manifest), leftOut).every(
      ({ first, end }) => countPieces(held, first, end) === 0,
    )
  );
}
