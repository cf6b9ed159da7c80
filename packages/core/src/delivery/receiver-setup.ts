// What the receiver's delivery machine can do and ask; when it does it is in receiver-machine.ts.

import { assign, emit, enqueueActions, setup } from 'xstate';
import { type PieceSet } from '../piece-set.ts';
import { createPlan } from '../protocol/plan.ts';
import { bytesOfPieces } from '../protocol/ranges.ts';
import type { FailureCode, Manifest } from '../protocol/types.ts';
import {
  addPause,
  collect,
  isSameDigest,
  isSameOffer,
  loseFile,
  regainFile,
  withoutPauses,
} from './rules.ts';
import type {
  DeliveryCommand,
  FailedFile,
  Pause,
  ReceiverDeliveryContext,
  ReceiverDeliveryEvent,
  ReceiverDeliveryInput,
  SinkChoice,
} from './types.ts';

type ManifestEvent = Extract<ReceiverDeliveryEvent, { type: 'offer.received' | 'page.received' }>;
type OwnEvent = { readonly type: 'manifest.collected'; readonly manifest: Manifest };

/** What stands in for a manifest where none can be missing. */
export const NO_MANIFEST: Manifest = { name: '', entries: [], bytes: 0 };

export const receiverDelivery = setup({
  types: {
    context: {} as ReceiverDeliveryContext,
    input: undefined as ReceiverDeliveryInput | undefined,
    events: {} as ReceiverDeliveryEvent | OwnEvent,
    emitted: {} as DeliveryCommand,
  },
  guards: {
    isSameDigest: ({ context }, digest: string) => isSameDigest(context.digest, digest),
    isFinished: ({ context }) => context.confirmation === 'given',
    isAccepted: ({ context }) => context.accepted === 'yes',
    isSameOffer: ({ context }, manifest: Manifest) => isSameOffer(context.manifest, manifest),
    isPaused: ({ context }) => context.pauses.length > 0,
    isFlowing: ({ context }) => context.pauses.length === 0,
    isRefused: ({ context }) => context.refusal !== undefined,
    isUnconfirmed: ({ context }) => context.confirmation === 'wanted',
    hasRoom: ({ context }) => context.sink !== undefined && context.sink.kind !== 'none',
  },
  actions: {
    command: emit((_, command: DeliveryCommand) => command),
    noteWaiting: assign({
      waitingFor: (_, waitingFor: ReceiverDeliveryContext['waitingFor']) => waitingFor,
    }),
    collect: enqueueActions(({ context, enqueue }, event: ManifestEvent) => {
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
    recordManifest: assign((_, manifest: Manifest) => ({
      manifest,
      total: manifest.bytes,
      partial: undefined,
      sink: undefined,
    })),
    recordSink: assign({ sink: (_, sink: SinkChoice) => sink }),
    recordRefusal: assign({ refusal: (_, code: FailureCode) => code }),
    // Without a server or a sender no attempt is of use: it is they who are waited for.
    recordRetry: assign({
      waitingFor: ({ context: { waitingFor } }) =>
        waitingFor === 'connection' ? 'retry' : waitingFor,
      retryDelay: (_, delay: number) => delay,
    }),
    openSink: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ accepted: 'yes' });
      enqueue.emit({
        type: 'sink.open',
        manifest: context.manifest ?? NO_MANIFEST,
        sink: context.sink ?? { kind: 'memory' },
      });
    }),
    recordHeld: assign({ held: (_, pieces: PieceSet) => pieces }),
    startInflow: enqueueActions(({ context, enqueue }) => {
      const { manifest = NO_MANIFEST, held, window } = context;
      enqueue.assign({ waitingFor: 'connection', retryDelay: undefined });
      enqueue.emit({ type: 'inflow.start', manifest, held, window });
    }),
    // R1, R5: a generation starts from what the sink holds; the sender says again which files failed.
    announceAcceptance: enqueueActions(({ context, enqueue }) => {
      const { manifest = NO_MANIFEST, held, window, failedFiles, pauses } = context;
      enqueue.assign({
        failedFiles: [],
        total: manifest.bytes,
        bytes: bytesOfPieces(createPlan(manifest), held),
      });
      enqueue.emit({ type: 'acceptance.announce' });
      enqueue.emit({ type: 'held.send' });
      enqueue.emit({ type: 'accept.send', credit: window });
      for (const { file, code } of failedFiles)
        if (code === 'skipped') enqueue.emit({ type: 'skip.send', file });
      // P2: what holds it up here is said again.
      if (pauses.includes('me')) enqueue.emit({ type: 'pause.send', reason: 'person' });
      if (pauses.includes('disk')) enqueue.emit({ type: 'pause.send', reason: 'disk.full' });
    }),
    addPause: assign({ pauses: ({ context }, pause: Pause) => addPause(context.pauses, pause) }),
    endPauses: assign({
      pauses: ({ context }, ended: readonly Pause[]) => withoutPauses(context.pauses, ended),
    }),
    sealSink: emit(({ context }) => ({
      type: 'sink.seal' as const,
      failedFiles: context.failedFiles,
    })),
    stopInflow: emit({ type: 'inflow.stop' }),
    sendVerified: emit(({ context }) => ({
      type: 'verified.send' as const,
      digest: context.digest ?? new Uint8Array(),
    })),
    recordProgress: assign({
      bytes: ({ context }, bytes: number) => Math.min(context.total, bytes),
    }),
    recordFailedFile: assign(({ context }, failed: FailedFile) => loseFile(context, failed)),
    recordRetriedFile: assign(({ context }, { file }: { file: number }) =>
      regainFile(context, file),
    ),
    recordDigest: assign({ digest: (_, digest: Uint8Array) => digest }),
    recordFailure: assign({ failure: (_, code: FailureCode) => code }),
    recordCanceller: assign({ cancelledBy: (_, who: 'me' | 'them') => who }),
    recordHandOver: assign({
      handedOver: (_, handedOver: ReceiverDeliveryContext['handedOver']) => handedOver,
    }),
    tellFailure: emit(({ context }) => ({
      type: 'failed.send' as const,
      code: context.failure ?? 'internal',
    })),
    release: emit((_, sink: 'keep' | 'close' | 'discard') => ({
      type: 'delivery.release' as const,
      sink,
    })),
    // X3: complete for the person here, whether or not the sender knows; it is told if it comes back.
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
