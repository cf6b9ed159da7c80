// The control channel: its messages, and the events that they become.

import {
  isFromReceiver,
  isFromSender,
  type ControlMessage,
  type MessageOfReceiver,
  type MessageOfSender,
} from '../protocol/control-messages.ts';
import type { LaneSignal } from '../protocol/types.ts';
import type { ReceiverRouted, SenderRouted, SharedRouted } from './types.ts';

const MISBEHAVED: SharedRouted = { to: 'delivery', event: { type: 'remote.misbehaved' } };
const TRAFFIC: SharedRouted = { to: 'connection', event: { type: 'traffic.received' } };
// C5: messages about lanes are allowed only while bytes move.
const OF_LANES: SharedRouted = { to: 'delivery', event: { type: 'lane.received' } };

/** Sends messages to the other side. */
export function send<Message extends ControlMessage>(
  ...messages: readonly Message[]
): readonly { readonly to: 'control'; readonly event: Message }[] {
  return messages.map((message) => ({ to: 'control', event: message }));
}

/** C1: the events of the sender's machines for a control message. */
export function routeControlToSender(message: ControlMessage): readonly SenderRouted[] {
  return isFromReceiver(message) ? [TRAFFIC, ...receivedBySender(message)] : [MISBEHAVED];
}

/** C1: the events of the receiver's machines for a control message. */
export function routeControlToReceiver(message: ControlMessage): readonly ReceiverRouted[] {
  return isFromSender(message) ? [TRAFFIC, ...receivedByReceiver(message)] : [MISBEHAVED];
}

function receivedBySender(message: MessageOfReceiver): readonly SenderRouted[] {
  switch (message.type) {
    case 'held':
      return [{ to: 'delivery', event: { ...message, type: 'held.received' } }];
    case 'leave':
      return [{ to: 'delivery', event: { ...message, type: 'leave.received' } }];
    case 'take':
      return [
        { to: 'delivery', event: { type: 'wish.received' } },
        { to: 'outflow', event: { type: 'entries.taken', ranges: message.ranges } },
      ];
    case 'give':
      return [{ to: 'delivery', event: { ...message, type: 'gift.received' } }];
    case 'accept':
      return [{ to: 'delivery', event: { ...message, type: 'accept.received' } }];
    case 'decline':
      return [{ to: 'delivery', event: { type: 'decline.received' } }];
    case 'credit':
      return [
        { to: 'delivery', event: { type: 'credit.received' } },
        { to: 'outflow', event: { ...message, type: 'credit.received' } },
      ];
    case 'missing':
      return [
        { to: 'delivery', event: { type: 'missing.received' } },
        { to: 'outflow', event: { ...message, type: 'missing.received' } },
      ];
    case 'file.skip':
      return [
        { to: 'delivery', event: { type: 'wish.received' } },
        { to: 'outflow', event: { type: 'file.skipped', file: message.file } },
      ];
    case 'file.retry':
      return [
        { to: 'delivery', event: { type: 'wish.received' } },
        { to: 'outflow', event: { type: 'file.retried', file: message.file } },
      ];
    case 'verified':
      return [{ to: 'delivery', event: { ...message, type: 'verified.received' } }];
    case 'lane.closed': {
      const { lane, chunks } = message;
      return [
        { to: 'outflow', event: { type: 'lane.closed', lane, chunks } },
        OF_LANES,
        { to: 'lanes', event: { type: 'lane.closed', lane } },
      ];
    }
    default:
      return receivedByEither(message);
  }
}

function receivedByReceiver(message: MessageOfSender): readonly ReceiverRouted[] {
  switch (message.type) {
    case 'offer':
      return [{ to: 'delivery', event: { ...message, type: 'offer.received' } }];
    case 'page':
      return [{ to: 'delivery', event: { ...message, type: 'page.received' } }];
    case 'again':
      return [
        { to: 'delivery', event: { type: 'again.received' } },
        { to: 'inflow', event: { type: 'again.received', ranges: message.ranges } },
      ];
    case 'file.failed': {
      const { file, code } = message;
      return [
        { to: 'inflow', event: { type: 'file.failed.received', file, code } },
        { to: 'delivery', event: message },
      ];
    }
    case 'file.retried':
      return [
        { to: 'inflow', event: { type: 'file.retried.received', file: message.file } },
        { to: 'delivery', event: message },
      ];
    case 'taken':
      return [
        { to: 'inflow', event: { type: 'taken.received', ranges: message.ranges } },
        { to: 'delivery', event: { type: 'entries.taken', ranges: message.ranges } },
      ];
    case 'compared':
      return [{ to: 'delivery', event: { ...message, type: 'compared.received' } }];
    case 'sent':
      return [
        { to: 'delivery', event: { type: 'sent.received' } },
        { to: 'inflow', event: { type: 'sent.received', digest: message.digest } },
      ];
    case 'complete':
      return [{ to: 'delivery', event: { ...message, type: 'complete.received' } }];
    case 'lane.close': {
      const { lane, chunks } = message;
      return [OF_LANES, { to: 'lanes', event: { type: 'lane.close.received', lane, chunks } }];
    }
    default:
      return receivedByEither(message);
  }
}

function receivedByEither(
  message: Extract<MessageOfSender, MessageOfReceiver>,
): readonly SharedRouted[] {
  switch (message.type) {
    case 'pause':
      return [{ to: 'delivery', event: { type: 'pause.received', reason: message.reason } }];
    case 'resume':
      return [{ to: 'delivery', event: { type: 'resume.received' } }];
    case 'cancel':
      return [{ to: 'delivery', event: { type: 'cancel.received' } }];
    case 'failed':
      return [{ to: 'delivery', event: { type: 'failed.received', code: message.code } }];
    case 'beat':
      return [];
    case 'lane.signals':
      return [OF_LANES, ...message.signals.map(receivedOfLane)];
  }
}

// A lane's number is its generation, which has one round.
function receivedOfLane({ lane, ...signal }: LaneSignal): SharedRouted {
  const message = { ...signal, generation: lane, round: 1 };
  return { to: 'lanes', event: { type: 'lane.message.received', lane, message } };
}
