// The control channel: what is said on it, and what that is to the machines behind it.

import type { ReceiverLanesEvent, SenderLanesEvent } from '../lanes/types.ts';
import { isFromReceiver, isFromSender } from '../protocol/control-messages.ts';
import type { ControlMessage } from '../protocol/types.ts';
import type { Role, Routed } from './types.ts';

/** Messages for the other side. */
export function send(...messages: readonly ControlMessage[]): readonly Routed[] {
  return messages.map((message) => ({ to: 'control', event: message }));
}

/** C1: what a message of the control channel is to the machines behind it. */
export function routeControl(role: Role, message: ControlMessage): readonly Routed[] {
  const isAllowed = role === 'sender' ? isFromReceiver(message.type) : isFromSender(message.type);
  if (!isAllowed) return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
  return [{ to: 'connection', event: { type: 'traffic.received' } }, ...heard(message)];
}

function heard(message: ControlMessage): readonly Routed[] {
  switch (message.type) {
    case 'offer':
      return [{ to: 'delivery', event: { ...message, type: 'offer.received' } }];
    case 'page':
      return [{ to: 'delivery', event: { ...message, type: 'page.received' } }];
    case 'held':
      return [{ to: 'delivery', event: { ...message, type: 'held.received' } }];
    case 'accept':
      return [{ to: 'delivery', event: { ...message, type: 'accept.received' } }];
    case 'credit':
      return [
        { to: 'delivery', event: { type: 'credit.received' } },
        { to: 'outflow', event: { ...message, type: 'credit.received' } },
      ];
    case 'again':
      return [
        { to: 'delivery', event: { type: 'again.received' } },
        { to: 'inflow', event: { type: 'again.received', ranges: message.ranges } },
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
    case 'file.retried':
      return [
        { to: 'inflow', event: { type: 'file.retried.received', file: message.file } },
        { to: 'delivery', event: message },
      ];
    case 'pause':
      return [{ to: 'delivery', event: { type: 'pause.received', reason: message.reason } }];
    case 'resume':
      return [{ to: 'delivery', event: { type: 'resume.received' } }];
    case 'file.failed':
      return [
        {
          to: 'inflow',
          event: { type: 'file.failed.received', file: message.file, code: message.code },
        },
        { to: 'delivery', event: message },
      ];
    case 'compared':
      return [{ to: 'delivery', event: { ...message, type: 'compared.received' } }];
    case 'sent':
      return [
        { to: 'delivery', event: { type: 'sent.received' } },
        { to: 'inflow', event: { type: 'sent.received', digest: message.digest } },
      ];
    case 'verified':
      return [{ to: 'delivery', event: { ...message, type: 'verified.received' } }];
    case 'complete':
      return [{ to: 'delivery', event: { ...message, type: 'complete.received' } }];
    case 'cancel':
      return [{ to: 'delivery', event: { type: 'cancel.received' } }];
    case 'failed':
      return [{ to: 'delivery', event: { type: 'failed.received', code: message.code } }];
    case 'beat':
      return [];
    case 'lane.description': {
      const { lane, kind, sdp } = message;
      const description = { type: 'description', generation: lane, round: 1, kind, sdp } as const;
      return ofLane({ type: 'lane.heard', lane, message: description });
    }
    case 'lane.candidate': {
      const { lane, candidate, mid, line } = message;
      const said = { type: 'candidate', generation: lane, round: 1, candidate, mid, line } as const;
      return ofLane({ type: 'lane.heard', lane, message: said });
    }
    case 'lane.close': {
      const { lane, frames } = message;
      return ofLane({ type: 'lane.close.received', lane, frames });
    }
    case 'lane.closed': {
      const { lane, frames } = message;
      return [
        { to: 'outflow', event: { type: 'lane.closed', lane, frames } },
        ...ofLane({ type: 'lane.closed', lane }),
      ];
    }
  }
}

// C5: of lanes is spoken while bytes move, and not before.
function ofLane(event: SenderLanesEvent | ReceiverLanesEvent): readonly Routed[] {
  return [
    { to: 'delivery', event: { type: 'lane.received' } },
    { to: 'lanes', event },
  ];
}
