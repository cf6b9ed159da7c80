import type { SnapshotFrom } from 'xstate';
import type { receiverDeliveryMachine } from './receiver-machine.ts';
import type { senderDeliveryMachine } from './sender-machine.ts';
import type { DeliveryState } from './types.ts';

/** What a person is shown of a delivery's snapshot: one word, the same set on both ends. */
export function deliveryStateOf(
  snapshot:
    SnapshotFrom<typeof senderDeliveryMachine> | SnapshotFrom<typeof receiverDeliveryMachine>,
): DeliveryState {
  const { value, context } = snapshot;
  if (typeof value === 'string') return value === 'left' ? 'interrupted' : value;
  if ('complete' in value) return 'complete';
  const inner = value.open;
  if (typeof inner === 'string') {
    const state = STATES[inner] ?? 'connecting';
    // Nobody looks at the offer that a new connection begins with: the delivery goes on by itself.
    const isRenewed = state === 'offered' && context.accepted === 'yes';
    return isRenewed ? 'interrupted' : state;
  }
  // Accepted: the place for the bytes is being made.
  if ('preparing' in inner) return 'moving';
  if ('moving' in inner) return inner.moving === 'paused' ? 'paused' : 'moving';
  return 'verifying';
}

// The states inside `open` that can be seen from outside a step; the rest are passed through at once.
const STATES: Readonly<Record<string, DeliveryState>> = {
  connecting: 'connecting',
  offered: 'offered',
  interrupted: 'interrupted',
  verifying: 'verifying',
};
