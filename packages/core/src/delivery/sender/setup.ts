// The actions, guards and delays of the sender's delivery machine; machine.ts says when they are used.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { ABANDON_TIMEOUT, ANSWER_TIMEOUT, LEAF_BYTES, QUIET_TIMEOUT } from '../../constants.ts';
import type { BundleDigest } from '../../integrity/bundle-digest.ts';
import { addRange, emptyPieces } from '../../pieces/piece-set.ts';
import { createPlan } from '../../pieces/plan.ts';
import { bytesOfPieces } from '../../pieces/ranges.ts';
import type { FailureCode, PauseReason } from '../../protocol/types.ts';
import { addPause, isSameDigest, loseFile, regainFile, withoutPauses } from '../rules.ts';
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
    isNextHeld: ({ context }, { first, leaves }: Held) =>
      first >= (context.held.bounds.at(-1) ?? 0) &&
      first + leaves.length / LEAF_BYTES <= createPlan(context.manifest).pieces,
    isPaused: ({ context }) => context.pauses.length > 0,
    isFlowing: ({ context }) => context.pauses.length === 0,
  },
  actions: {
    command: emit((_, command: SenderDeliveryCommand) => command),
    sendOffer: emit(({ context }) => ({ type: 'offer.send' as const, manifest: context.manifest })),
    askForDigest: emit(({ context }) => ({
      type: 'source.digest' as const,
      failedFiles: context.failedFiles,
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
    forgetHeld: assign({ held: emptyPieces }),
    addPause: assign({ pauses: ({ context }, pause: Pause) => addPause(context.pauses, pause) }),
    endPauses: assign({
      pauses: ({ context }, ended: readonly Pause[]) => withoutPauses(context.pauses, ended),
    }),
    // R1: every generation starts from what the receiver holds. The sender repeats its pauses (P2).
    startOutflow: enqueueActions(({ context, enqueue }, { credit }: { credit: number }) => {
      const { manifest, held, failedFiles, pauses } = context;
      enqueue.assign({
        accepted: 'yes',
        bytes: Math.min(context.total, bytesOfPieces(createPlan(manifest), held)),
        arrived: 0,
      });
      enqueue.emit({ type: 'outflow.start', credit, held, failedFiles });
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
