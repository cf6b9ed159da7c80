import {
  deliveryStateOf,
  isQuiet,
  receiptOf,
  shownPathOf,
  wholeReceiptOf,
  type BundleDigest,
} from '@burritoshare/core';
import type { ReceiverHost, SenderHost } from '@burritoshare/peer';
import { useSelector } from '@xstate/react';
import { useMemo } from 'react';

import { lostFilesOf } from './summary.ts';
import { useProgress } from './use-progress.ts';
import type { DeliveryView, ReceiptView } from './view.ts';

export type SenderDelivery = ReturnType<SenderHost['delivery']>;
export type ReceiverDelivery = ReceiverHost['delivery'];
export type DeliveryActor = SenderDelivery | ReceiverDelivery;

/** Reads the parts of a delivery that both pages show from its actor. */
export function useDelivery(actor: DeliveryActor): DeliveryView {
  const state = useSelector(actor, deliveryStateOf);
  const path = useSelector(actor, shownPathOf);
  const quiet = useSelector(actor, isQuiet);
  const failure = useSelector(actor, ({ context }) => context.failure);
  const cancelledBy = useSelector(actor, ({ context }) => context.cancelledBy);
  const digest = useSelector(actor, ({ context }) => context.digest);
  const manifest = useSelector(actor, ({ context }) => context.manifest);
  const accepted = useSelector(actor, ({ context }) => context.accepted === 'yes');
  const pauses = useSelector(actor, ({ context }) => context.pauses);
  const leftOut = useSelector(actor, ({ context }) => context.leftOut);
  const failedFiles = useSelector(actor, ({ context }) => context.failedFiles);
  const progress = useProgress(actor, state === 'moving');
  const lostFiles = useMemo(
    () => lostFilesOf(manifest?.entries ?? [], failedFiles),
    [manifest, failedFiles],
  );
  const receipt = useMemo(
    () => (state === 'complete' && digest !== undefined ? viewOf(digest) : undefined),
    [state, digest],
  );
  return {
    state,
    path,
    accepted,
    quiet,
    pauses,
    progress,
    failure,
    cancelledBy,
    receipt,
    lostFiles,
    leftOut,
  };
}

function viewOf(digest: BundleDigest): ReceiptView {
  return { short: receiptOf(digest), whole: wholeReceiptOf(digest) };
}
