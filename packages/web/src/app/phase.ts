import type { receiverDeliveryMachine } from '@burritoshare/core';
import type { SnapshotFrom } from 'xstate';

import type { ReceiverPhase } from './view.ts';

type Value = SnapshotFrom<typeof receiverDeliveryMachine>['value'];

/** Which part of its page a receiver's delivery shows. */
export function phaseOf(value: Value): ReceiverPhase {
  if (typeof value === 'string') return PHASES[value] ?? 'connecting';
  if ('complete' in value) return PHASES[value.complete] ?? 'unsaved';
  const inner = typeof value.open === 'string' ? value.open : 'verifying';
  return PHASES[inner] ?? 'connecting';
}

// The states that can be seen from outside of a step; the machine passes through its others at once.
const PHASES: Readonly<Record<string, ReceiverPhase>> = {
  connecting: 'connecting',
  offered: 'offered',
  preparing: 'preparing',
  moving: 'moving',
  verifying: 'verifying',
  unsaved: 'unsaved',
  saving: 'saving',
  saved: 'saved',
  discarded: 'discarded',
  cancelled: 'cancelled',
  failed: 'failed',
};
