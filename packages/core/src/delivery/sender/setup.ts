// What the sender's delivery machine can do and ask; when it does it is in machine.ts.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { ABANDON_TIMEOUT, ANSWER_TIMEOUT, LEAF_BYTES, QUIET_TIMEOUT } from '../../constants.ts';
import type { BundleDigest } from '../../integrity/bundle-digest.ts';
import { addRange, emptyPieces } from '../../pieces/piece-set.ts';
import { createPlan } from '../../pieces/plan.ts';
import { bytesOfPieces } from '../../pieces/ranges.ts';
import type { FailureCode, Manifest } from '../../protocol/types.ts';
import { addPause, isSameDigest, loseFile, regainFile, withoutPauses } from '../rules.ts';
import type {
  DeliveryCommand,
  Pause,
  SenderDeliveryContext,
  SenderDeliveryEvent,
  SenderDeliveryInput,
} from '../types.ts';
import type { FailedFile } from '../../pieces/failed-files.ts';

/** What stands in for a manifest where none can be missing. */
export const NO_MANIFEST: Manifest = { name: '', entries: [], bytes: 0 };

type Held = Extract<SenderDeliveryEvent, { type: 'held.received' }>;

/** Who holds it up when the receiver says so: its person, or its disk. */
export const PAUSES: Readonly<Record<'person' | 'disk.full', Pause>> = {
  person: 'them',
  'disk.full': 'disk',
};

export const senderDelivery = setup({
  types: {
    context: {} as SenderDeliveryContext,
    input: {} as SenderDeliveryInput,
    events: {} as SenderDeliveryEvent,
    emitted: {} as DeliveryCommand,
  },
  delays: {
    quietTimeout: QUIET_TIMEOUT,
    abandonTimeout: ABANDON_TIMEOUT,
    // A person may take their time; a receiver that has accepted before answers by itself (R1).
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
    command: emit((_, command: DeliveryCommand) => command),
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
    // R1: every generation starts from what the receiver holds. What holds it up here is said again (P2).
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
    recordDigest: assign({ digest: (_, digest: BundleDigest) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    tellFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit({ type: 'delivery.release', sink: 'discard' }),
  },
});
