import type { SnapshotFrom } from 'xstate';
import type { receiverDeliveryMachine } from './receiver/machine.ts';
import type { senderDeliveryMachine } from './sender/machine.ts';
import type { DeliveryState, ReceiverDeliveryContext, SenderDeliveryContext } from './types.ts';

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
  if ('connecting' in inner) return awaitsPlace(context) ? 'waiting' : 'connecting';
  if ('interrupted' in inner) return awaitsPlace(context) ? 'waiting' : 'interrupted';
  // Accepted: the place for the bytes is being made.
  if ('preparing' in inner) return 'moving';
  if ('moving' in inner) return inner.moving === 'paused' ? 'paused' : 'moving';
  return 'verifying';
}

// S11: whoever waits for a place, with or without something that was accepted, is let in by itself.
function awaitsPlace(context: SenderDeliveryContext | ReceiverDeliveryContext): boolean {
  const waitingFor = 'waitingFor' in context ? context.waitingFor : undefined;
  return waitingFor === 'place' || waitingFor === 'serverPlace';
}

/** Whether it is moving, and nothing has moved for QUIET_TIMEOUT: a person would wonder. */
export function isQuiet(
  snapshot:
    SnapshotFrom<typeof senderDeliveryMachine> | SnapshotFrom<typeof receiverDeliveryMachine>,
): boolean {
  const { value } = snapshot;
  const inner = typeof value === 'object' && 'open' in value ? value.open : undefined;
  return typeof inner === 'object' && 'moving' in inner && inner.moving === 'quiet';
}

// The states inside `open` that can be seen from outside a step; the rest are passed through at once.
const STATES: Readonly<Record<string, DeliveryState>> = {
  connecting: 'connecting',
  offered: 'offered',
  interrupted: 'interrupted',
  verifying: 'verifying',
};
