// What a connection, its negotiation and those of further lanes have to tell the other machines, on either end.

import type { BundleEvent } from '../bundle/types.ts';
import type { ConnectionCommand } from '../connection/types.ts';
import type { NegotiationCommand } from '../negotiation/types.ts';
import { send } from './control.ts';
import type { Role, Routed } from './types.ts';

export function routeConnection(
  role: Role,
  delivery: string,
  command: ConnectionCommand,
): readonly Routed[] {
  switch (command.type) {
    case 'relay.send':
      return [{ to: 'signaling', event: { type: 'relay.requested', envelope: command.envelope } }];
    case 'negotiation.hear':
      return [{ to: 'negotiation', event: { type: 'message.received', message: command.message } }];
    case 'negotiation.stop':
      // Also before it was established: whoever is told of it has gone, and the page can say so.
      return [
        { to: 'negotiation', event: { type: 'negotiation.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
        { to: 'delivery', event: { type: 'connection.lost' } },
      ];
    case 'connection.established':
      return [
        { to: 'delivery', event: { type: 'connection.established' } },
        ...toBundle(role, { type: 'delivery.connected', delivery }),
      ];
    case 'negotiation.restart':
      return [
        { to: 'negotiation', event: { type: 'restart.requested' } },
        { to: 'lanes', event: { type: 'path.changed' } },
      ];
    case 'beat.send':
      return send({ type: 'beat' });
    case 'retry.scheduled':
      return [{ to: 'delivery', event: command }];
    case 'place.awaited':
      return [{ to: 'delivery', event: { type: 'signaling.waiting', code: 'room.full' } }];
    case 'connection.lost':
      return [
        { to: 'delivery', event: command },
        ...toBundle(role, { type: 'delivery.lost', delivery }),
      ];
    case 'connection.failed':
      return [{ to: 'delivery', event: command }];
    default:
      return [];
  }
}

// Only a sender has a bundle.
function toBundle(role: Role, event: BundleEvent): readonly Routed[] {
  return role === 'sender' ? [{ to: 'bundle', event }] : [];
}

export function routeNegotiation(command: NegotiationCommand): readonly Routed[] {
  switch (command.type) {
    case 'message.send':
      return [{ to: 'connection', event: { type: 'negotiation.spoke', message: command.message } }];
    case 'negotiation.failed':
      return [{ to: 'connection', event: command }];
    default:
      return [];
  }
}

// W1: there is one round, and no more: a lane whose path is gone is closed.
export function routeLane(lane: number, command: NegotiationCommand): readonly Routed[] {
  switch (command.type) {
    case 'message.send': {
      const { message } = command;
      if (message.type === 'description')
        return send({ type: 'lane.description', lane, kind: message.kind, sdp: message.sdp });
      if (message.type !== 'candidate') return [];
      const { candidate, mid, line } = message;
      return send({ type: 'lane.candidate', lane, candidate, mid, line });
    }
    default:
      return [];
  }
}
