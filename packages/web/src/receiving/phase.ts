import type { receiverDeliveryMachine } from '@burritoshare/core';
import type { SnapshotFrom } from 'xstate';

import type { ReceiverPhase } from '../delivery/view.ts';

type Value = SnapshotFrom<typeof receiverDeliveryMachine>['value'];

/** The phase that the receiver's page shows for a state of its machine. */
export function phaseOf(value: Value): ReceiverPhase {
  if (typeof value === 'string') return PHASES[value] ?? 'connecting';
  if ('complete' in value) return PHASES[value.complete] ?? 'unsaved';
  const inner = value.open;
  if (typeof inner === 'string') return PHASES[inner] ?? 'connecting';
  if ('moving' in inner) return inner.moving === 'paused' ? 'paused' : 'moving';
  if ('connecting' in inner) return 'connecting';
  if ('interrupted' in inner) return 'interrupted';
  return 'preparing' in inner ? 'preparing' : 'verifying';
}

// The states that a snapshot can show. The machine passes through all others within a step.
const PHASES: Readonly<Record<string, ReceiverPhase>> = {
  connecting: 'connecting',
  offered: 'offered',
  interrupted: 'interrupted',
  unsaved: 'unsaved',
  saving: 'saving',
  saved: 'saved',
  discarded: 'discarded',
  cancelled: 'cancelled',
  declined: 'declined',
  failed: 'failed',
  // The page is closing, so this is never shown.
  left: 'interrupted',
};
