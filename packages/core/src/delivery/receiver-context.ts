import { CREDIT_WINDOW_BYTES } from '../constants.ts';
import { emptyPieces } from '../piece-set.ts';
import { createPlan } from '../protocol/plan.ts';
import { bytesOfPieces } from '../protocol/ranges.ts';
import { loseFile } from './rules.ts';
import type { ReceiverDeliveryContext, ReceiverDeliveryInput } from './types.ts';

const NEW: Omit<ReceiverDeliveryContext, 'window'> = {
  manifest: undefined,
  accepted: 'no',
  held: emptyPieces,
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
  failure: undefined,
  cancelledBy: undefined,
  digest: undefined,
};

/** The context to begin with; total, since XState makes one without input for every pure step. */
export function initialContext(input: ReceiverDeliveryInput | undefined): ReceiverDeliveryContext {
  const context = { ...NEW, window: input?.window ?? CREDIT_WINDOW_BYTES };
  if (input?.resumed !== undefined) {
    const { manifest, pieces } = input.resumed;
    const bytes = bytesOfPieces(createPlan(manifest), pieces);
    return { ...context, manifest, accepted: 'yes', held: pieces, total: manifest.bytes, bytes };
  }
  if (input?.finished !== undefined) {
    const { manifest, digest, failedFiles, handedOver } = input.finished;
    let tally = { ...context, manifest, total: manifest.bytes, bytes: manifest.bytes };
    for (const file of failedFiles) tally = { ...tally, ...loseFile(tally, file) };
    const arrived = { ...tally, accepted: 'yes', digest, confirmation: 'given' } as const;
    return handedOver === undefined ? arrived : { ...arrived, handedOver: 'started', handOvers: 1 };
  }
  return context;
}
