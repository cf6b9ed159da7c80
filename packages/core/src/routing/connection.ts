// Routes the commands of connections, of their negotiation and of further lanes' negotiations, on either end.

import type { ConnectionCommand } from '../connection/types.ts';
import type { NegotiationCommand } from '../negotiation/types.ts';
import type { LaneSignal, NegotiationMessage } from '../protocol/types.ts';
import { send } from './control.ts';
import type { SharedRouted } from './types.ts';

/** Commands that an initiator and a responder both give. */
type SharedConnectionCommand = Exclude<
  ConnectionCommand,
  { readonly type: 'retry.scheduled' | 'place.awaited' | 'answer.awaited' | 'summary.received' }
>;

export function routeConnection(command: SharedConnectionCommand): readonly SharedRouted[] {
  switch (command.type) {
    case 'relay.send':
      return [{ to: 'signaling', event: { type: 'relay.requested', envelope: command.envelope } }];
    case 'negotiation.receive':
      return [{ to: 'negotiation', event: { type: 'message.received', message: command.message } }];
    case 'negotiation.stop':
      // Even before it was established: the other side is gone, and the page can show it.
      return [
        { to: 'negotiation', event: { type: 'negotiation.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
        { to: 'delivery', event: { type: 'connection.lost' } },
      ];
    case 'connection.established':
      return [{ to: 'delivery', event: { type: 'connection.established' } }];
    case 'negotiation.restart':
      return [{ to: 'negotiation', event: { type: 'restart.requested' } }];
    case 'beat.send':
      return send({ type: 'beat' });
    case 'connection.lost':
    case 'connection.failed':
      return [{ to: 'delivery', event: command }];
    case 'entropy.draw':
    case 'secret.compute':
    case 'negotiation.start':
      return [];
  }
}

export function routeNegotiation(command: NegotiationCommand): readonly SharedRouted[] {
  switch (command.type) {
    case 'message.send':
      return [{ to: 'connection', event: { type: 'negotiation.sent', message: command.message } }];
    case 'negotiation.failed':
      return [{ to: 'connection', event: command }];
    case 'candidate.add':
      return [];
  }
}

// W1: a further lane has one round. If its path is gone, it is closed. The host packs what goes together.
export function routeLane(lane: number, command: NegotiationCommand): readonly SharedRouted[] {
  switch (command.type) {
    case 'message.send': {
      const { message } = command;
      if (message.type === 'restart.wanted') return [];
      return send({ type: 'lane.signals', signals: [signalOf(lane, message)] });
    }
    case 'candidate.add':
    case 'negotiation.failed':
      return [];
  }
}

function signalOf(
  lane: number,
  message: Exclude<NegotiationMessage, { type: 'restart.wanted' }>,
): LaneSignal {
  if (message.type === 'description') {
    const { type, kind, sdp } = message;
    return { type, lane, kind, sdp };
  }
  const { type, candidate, mid, line } = message;
  return { type, lane, candidate, mid, line };
}
