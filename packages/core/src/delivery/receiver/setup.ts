// The actions, guards and delays of the receiver's delivery machine; machine.ts says when they are used.

import { assign, emit, enqueueActions, setup } from 'xstate';
import {
  CONFIRM_TIMEOUT,
  CREDIT_WINDOW_BYTES,
  OFFER_TIMEOUT,
  PAGE_TIMEOUT,
  QUIET_TIMEOUT,
  STANDSTILL_TIMEOUT,
  STANDSTILLS_MAX,
} from '../../constants.ts';
import { NO_DIGEST, type BundleDigest } from '../../integrity/bundle-digest.ts';
import {
  absentEntries,
  commonRanges,
  piecesOfEntries,
  sortAbsent,
  takenOf,
  withoutEntries,
  type EntrySet,
} from '../../pieces/choice.ts';
import {
  addRange,
  emptyPieces,
  hasRange,
  piecesOf,
  rangesOf,
  removeRange,
  type PieceSet,
} from '../../pieces/piece-set.ts';
import { createPlan } from '../../pieces/plan.ts';
import { bytesOfPieces } from '../../pieces/ranges.ts';
import type { EntryRange, FailureCode, Manifest, Summary } from '../../protocol/types.ts';
import { addGift, canGive } from '../gifts.ts';
import {
  addPause,
  collect,
  isChoice,
  isSameDigest,
  isSameOffer,
  loseFile,
  NO_MANIFEST,
  regainFile,
  takeEntries,
  withoutPauses,
} from '../rules.ts';
import type {
  ReceiverDeliveryCommand,
  Pause,
  ReceiverDeliveryContext,
  ReceiverDeliveryEvent,
  ReceiverDeliveryInput,
  SinkChoice,
} from '../types.ts';
import type { FailedFile } from '../../pieces/failed-files.ts';
import type { Path } from '../path.ts';

export type OfferEvent = Extract<
  ReceiverDeliveryEvent,
  { type: 'offer.received' | 'page.received' }
>;
export interface OfEntries {
  readonly ranges: readonly EntryRange[];
}

type OwnEvent = { readonly type: 'manifest.collected'; readonly manifest: Manifest };

const NEW: Omit<ReceiverDeliveryContext, 'window'> = {
  manifest: undefined,
  summary: undefined,
  senderName: undefined,
  note: undefined,
  accepted: 'no',
  held: emptyPieces,
  leftOut: emptyPieces,
  taking: emptyPieces,
  gifts: [],
  partial: undefined,
  isAcceptWaiting: false,
  sink: undefined,
  standstills: 0,
  waitingFor: 'server',
  retryDelay: undefined,
  refusal: undefined,
  confirmation: 'wanted',
  handedOver: 'no',
  handOvers: 0,
  pauses: [],
  total: 0,
  bytes: 0,
  arrived: 0,
  failedFiles: [],
  path: undefined,
  failure: undefined,
  cancelledBy: undefined,
  digest: undefined,
};

/** The initial context. Total, since XState makes one without input for every pure step. */
export function initialContext(input: ReceiverDeliveryInput | undefined): ReceiverDeliveryContext {
  const context = { ...NEW, window: input?.window ?? CREDIT_WINDOW_BYTES };
  if (input?.resumed !== undefined) {
    const { manifest, pieces, leftOut = emptyPieces } = input.resumed;
    const held = withoutLeftOut(manifest, pieces, leftOut);
    const total = takenOf(manifest, leftOut).bytes;
    const bytes = bytesOfPieces(createPlan(manifest), held);
    return { ...context, manifest, accepted: 'yes', held, leftOut, total, bytes, gifts: undefined };
  }
  if (input?.finished !== undefined) {
    const { manifest, digest, absent, handedOver } = input.finished;
    const { failedFiles, leftOut } = sortAbsent(absent);
    const { bytes } = takenOf(manifest, leftOut);
    let tally = { ...context, manifest, leftOut, total: bytes, bytes };
    for (const file of failedFiles) tally = { ...tally, ...loseFile(tally, file) };
    const arrived = { ...tally, accepted: 'yes', digest, confirmation: 'given' } as const;
    return handedOver === undefined ? arrived : { ...arrived, handedOver: 'started', handOvers: 1 };
  }
  return context;
}

// E3: what is left out is not held either, whatever the sink has of it from before.
function withoutLeftOut(manifest: Manifest, pieces: PieceSet, leftOut: EntrySet): PieceSet {
  return piecesOfEntries(createPlan(manifest), leftOut).reduce(removeRange, pieces);
}

export const receiverDelivery = setup({
  types: {
    context: {} as ReceiverDeliveryContext,
    input: undefined as ReceiverDeliveryInput | undefined,
    events: {} as ReceiverDeliveryEvent | OwnEvent,
    emitted: {} as ReceiverDeliveryCommand,
  },
  delays: {
    pageTimeout: PAGE_TIMEOUT,
    offerTimeout: OFFER_TIMEOUT,
    quietTimeout: QUIET_TIMEOUT,
    standstillTimeout: STANDSTILL_TIMEOUT,
    confirmTimeout: CONFIRM_TIMEOUT,
  },
  guards: {
    isSameDigest: ({ context }, digest: string) => isSameDigest(context.digest, digest),
    isFinished: ({ context }) => context.confirmation === 'given',
    isAccepted: ({ context }) => context.accepted === 'yes',
    isUnaccepted: ({ context }) => context.accepted === 'no',
    isSameOffer: ({ context }, manifest: Manifest) => isSameOffer(context.manifest, manifest),
    isPaused: ({ context }) => context.pauses.length > 0,
    isFlowing: ({ context }) => context.pauses.length === 0,
    isHopeful: ({ context }) => context.standstills < STANDSTILLS_MAX,
    isRefused: ({ context }) => context.refusal !== undefined,
    isUnconfirmed: ({ context }) => context.confirmation === 'wanted',
    canAccept: ({ context }) =>
      context.isAcceptWaiting && context.sink !== undefined && context.sink.kind !== 'none',
    wasHandedOver: ({ context }) => context.handOvers > 0,
    canChoose: ({ context }, { left }: { left?: readonly EntryRange[] }) =>
      context.sink !== undefined &&
      context.sink.kind !== 'none' &&
      isChoice(context.manifest, left),
    canChooseSoon: ({ context }, { left }: { left?: readonly EntryRange[] }) =>
      context.sink === undefined && isChoice(context.manifest, left),
    isAskedFor: ({ context }, { ranges }: OfEntries) =>
      ranges.every((range) => hasRange(context.taking, range)),
    canGive: ({ context: { accepted, gifts } }, link: string) =>
      accepted === 'yes' && gifts !== undefined && canGive(gifts, link),
  },
  actions: {
    command: emit((_, command: ReceiverDeliveryCommand) => command),
    noteWaiting: assign({
      waitingFor: (_, waitingFor: ReceiverDeliveryContext['waitingFor']) => waitingFor,
    }),
    // A receiver that waits for a place keeps that reason until it is connected: asking again takes a moment.
    noteSender: assign({
      waitingFor: ({ context: { waitingFor } }, isOnline: boolean) => {
        if (!isOnline) return 'sender';
        return waitingFor === 'place' ? 'place' : 'connection';
      },
    }),
    collect: enqueueActions(({ context, enqueue }, event: OfferEvent) => {
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
    // A waiting accept holds for the offer that the person saw, and for no other (I14).
    recordManifest: assign(({ context }, manifest: Manifest) => {
      const isAcceptWaiting = context.isAcceptWaiting && isSameOffer(context.manifest, manifest);
      const leftOut = isAcceptWaiting ? context.leftOut : emptyPieces;
      const total = takenOf(manifest, leftOut).bytes;
      return { isAcceptWaiting, leftOut, manifest, total, partial: undefined, sink: undefined };
    }),
    // A8: whoever is told what there is has the sender's yes.
    recordSummary: assign(({ context: { waitingFor } }, summary: Summary) => {
      const { senderName, note } = summary;
      const answered = waitingFor === 'answer' ? { waitingFor: 'connection' as const } : {};
      return { summary, senderName, note, ...answered };
    }),
    recordQuestion: assign((_, senderName: string | undefined) => ({
      waitingFor: 'answer' as const,
      senderName,
    })),
    recordSink: assign({ sink: (_, sink: SinkChoice) => sink }),
    recordRefusal: assign({ refusal: (_, code: FailureCode) => code }),
    // Without a server or a sender, attempts are of no use, and it keeps waiting for those two.
    recordRetry: assign({
      waitingFor: ({ context: { waitingFor } }) =>
        waitingFor === 'connection' || waitingFor === 'offer' ? 'retry' : waitingFor,
      retryDelay: (_, delay: number) => delay,
    }),
    countStandstill: assign({ standstills: ({ context }) => context.standstills + 1 }),
    forgetStandstills: assign({ standstills: 0 }),
    forgetPages: assign({ partial: undefined }),
    recordChoice: assign(({ context }, { left = [] }: { left?: readonly EntryRange[] }) => {
      const leftOut = piecesOf(left);
      return { leftOut, total: takenOf(context.manifest ?? NO_MANIFEST, leftOut).bytes };
    }),
    waitForSink: assign({ isAcceptWaiting: true }),
    openSink: enqueueActions(({ context, enqueue }) => {
      const { manifest = NO_MANIFEST, leftOut, sink = { kind: 'memory' } } = context;
      enqueue.assign({ accepted: 'yes', isAcceptWaiting: false });
      enqueue.emit({ type: 'sink.open', manifest, sink, leftOut });
    }),
    // E5: what is wanted now outlives a reload before it is asked for.
    requestTake: enqueueActions(({ context, enqueue }, { ranges }: OfEntries) => {
      const { manifest = NO_MANIFEST, leftOut } = context;
      const taken = commonRanges(leftOut, piecesOf(ranges));
      const taking = taken.reduce(addRange, context.taking);
      enqueue.assign({ taking });
      enqueue.emit({
        type: 'choice.record',
        entries: manifest.entries.length,
        leftOut: withoutEntries(leftOut, rangesOf(taking)),
        taken,
      });
    }),
    // A later generation leaves out what this one did, without what was wanted since.
    askForTaken: enqueueActions(
      ({ context, enqueue }, { taken }: { taken: readonly EntryRange[] }) => {
        const ranges = commonRanges(context.leftOut, piecesOf(taken));
        if (ranges.length > 0) enqueue.emit({ type: 'take.send', ranges });
      },
    ),
    recordTaken: assign(({ context }, { ranges }: OfEntries) => ({
      ...takeEntries(context, ranges),
      taking: withoutEntries(context.taking, ranges),
    })),
    recordHeld: assign(({ context }, pieces: PieceSet) => {
      const { leftOut, total } = takeEntries(context, rangesOf(context.taking));
      const held = withoutLeftOut(context.manifest ?? NO_MANIFEST, pieces, leftOut);
      return { held, leftOut, total, taking: emptyPieces };
    }),
    startInflow: enqueueActions(({ context, enqueue }) => {
      const { manifest = NO_MANIFEST, held, leftOut, window } = context;
      enqueue.assign({ waitingFor: 'connection', retryDelay: undefined });
      enqueue.emit({ type: 'inflow.start', manifest, held, leftOut, window });
    }),
    // R1, R5: a generation starts from what the sink holds. The sender reports again which files failed.
    announceAcceptance: enqueueActions(({ context, enqueue }) => {
      const { manifest = NO_MANIFEST, held, leftOut, window, failedFiles, pauses } = context;
      const { gifts = [] } = context;
      enqueue.assign({
        failedFiles: [],
        total: takenOf(manifest, leftOut).bytes,
        bytes: bytesOfPieces(createPlan(manifest), held),
        arrived: 0,
      });
      enqueue.emit({ type: 'acceptance.announce' });
      enqueue.emit({ type: 'leave.send', leftOut });
      enqueue.emit({ type: 'held.send', pieces: held });
      enqueue.emit({ type: 'accept.send', credit: window, entries: manifest.entries.length });
      for (const { file, code } of failedFiles)
        if (code === 'skipped') enqueue.emit({ type: 'skip.send', file });
      // P2: repeats this side's pauses.
      if (pauses.includes('me')) enqueue.emit({ type: 'pause.send', reason: 'person' });
      if (pauses.includes('disk')) enqueue.emit({ type: 'pause.send', reason: 'disk.full' });
      // B2: the last connection may have lost some. The sender keeps each once.
      for (const link of gifts) enqueue.emit({ type: 'gift.send', link });
    }),
    recordGift: assign({
      gifts: ({ context }, link: string) => addGift(context.gifts ?? [], link),
    }),
    give: enqueueActions(({ context: { gifts = [] }, enqueue }, link: string) => {
      if (gifts.includes(link)) return;
      enqueue.assign({ gifts: addGift(gifts, link) });
      enqueue.emit({ type: 'gift.send', link });
    }),
    addPause: assign({ pauses: ({ context }, pause: Pause) => addPause(context.pauses, pause) }),
    endPauses: assign({
      pauses: ({ context }, ended: readonly Pause[]) => withoutPauses(context.pauses, ended),
    }),
    sealSink: emit(({ context }) => ({
      type: 'sink.seal' as const,
      absent: absentEntries(context.failedFiles, context.leftOut),
    })),
    stopInflow: emit({ type: 'inflow.stop' }),
    sendVerified: emit(({ context }) => ({
      type: 'verified.send' as const,
      digest: context.digest ?? NO_DIGEST,
    })),
    recordProgress: assign({
      bytes: ({ context }, bytes: number) => Math.min(context.total, bytes),
    }),
    recordArrival: assign({ arrived: (_, bytes: number) => bytes }),
    recordFailedFile: assign(({ context }, failed: FailedFile) => loseFile(context, failed)),
    recordRetriedFile: assign(({ context }, { file }: { file: number }) =>
      regainFile(context, file),
    ),
    recordPath: assign({ path: (_, path: Path | undefined) => path }),
    recordDigest: assign({ digest: (_, digest: BundleDigest) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    recordHandOver: assign({
      handedOver: (_, handedOver: ReceiverDeliveryContext['handedOver']) => handedOver,
    }),
    countHandOver: assign({ handOvers: ({ context }) => context.handOvers + 1 }),
    sendFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit((_, sink: 'keep' | 'close' | 'discard') => ({
      type: 'delivery.release' as const,
      sink,
    })),
    // X3: complete for this person, even if the sender doesn't know. It is told when it comes back.
    complete: enqueueActions(({ context, enqueue }) => {
      const { total, confirmation, refusal } = context;
      const isOver = confirmation === 'given' || refusal !== undefined;
      enqueue.assign({ bytes: total, confirmation: isOver ? 'given' : 'wanted' });
      enqueue.emit(isOver ? { type: 'delivery.release', sink: 'keep' } : { type: 'inflow.stop' });
    }),
    confirm: enqueueActions(({ enqueue }) => {
      enqueue.assign({ confirmation: 'given' });
      enqueue.emit({ type: 'delivery.release', sink: 'keep' });
    }),
  },
});
