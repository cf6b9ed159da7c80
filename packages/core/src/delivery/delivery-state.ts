import type { SnapshotFrom } from 'xstate';
import type { PathKind } from './path.ts';
import type { receiverDeliveryMachine } from './receiver/machine.ts';
import type { senderDeliveryMachine } from './sender/machine.ts';
import type { DeliveryState, ReceiverDeliveryContext, SenderDeliveryContext } from './types.ts';

/** The state of a delivery that a person sees: one word, from the same set on both ends. */
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
    // The person has accepted: a new connection's offer is accepted without them, so the delivery only looks
    // interrupted.
    const isRenewed = state === 'offered' && context.accepted === 'yes';
    return isRenewed ? 'interrupted' : state;
  }
  if ('connecting' in inner) return isWaiting(context) ? 'waiting' : 'connecting';
  if ('interrupted' in inner) return isWaiting(context) ? 'waiting' : 'interrupted';
  // Accepted; the sink is being opened.
  if ('preparing' in inner) return 'moving';
  if ('moving' in inner) return inner.moving === 'paused' ? 'paused' : 'moving';
  return 'verifying';
}

// S11: a receiver that waits for a place is admitted without anybody's help, whether or not it had accepted. A8: one
// that waits for an answer can do nothing either.
function isWaiting(context: SenderDeliveryContext | ReceiverDeliveryContext): boolean {
  const waitingFor = 'waitingFor' in context ? context.waitingFor : undefined;
  return waitingFor === 'place' || waitingFor === 'serverPlace' || waitingFor === 'answer';
}

/** What connects the two ends now, as it is shown; the last one of a delivery that has ended. */
export function shownPathOf(
  snapshot:
    SnapshotFrom<typeof senderDeliveryMachine> | SnapshotFrom<typeof receiverDeliveryMachine>,
): PathKind | 'none' {
  const isApart = APART.has(deliveryStateOf(snapshot));
  return isApart ? 'none' : (snapshot.context.path?.kind ?? 'none');
}

const APART: ReadonlySet<DeliveryState> = new Set(['connecting', 'waiting', 'interrupted']);

/** Whether it is moving, but nothing has moved for QUIET_TIMEOUT, so that a person would wonder. */
export function isQuiet(
  snapshot:
    SnapshotFrom<typeof senderDeliveryMachine> | SnapshotFrom<typeof receiverDeliveryMachine>,
): boolean {
  const { value } = snapshot;
  const inner = typeof value === 'object' && 'open' in value ? value.open : undefined;
  return typeof inner === 'object' && 'moving' in inner && inner.moving === 'quiet';
}

// The states inside `open` that are visible after a step; the others are left within the step.
const STATES: Readonly<Record<string, DeliveryState>> = {
  connecting: 'connecting',
  offered: 'offered',
  interrupted: 'interrupted',
  verifying: 'verifying',
};
