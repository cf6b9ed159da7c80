// What only a receiver's machines have to tell each other.

import type { ConnectionEvent } from '../connection/types.ts';
import { failureOfRefusal } from '../delivery/rules.ts';
import type { ReceiverDeliveryEvent } from '../delivery/types.ts';
import type { InflowCommand } from '../inflow/types.ts';
import { SENDER } from '../protocol/types.ts';
import type { SignalingCommand } from '../signaling/types.ts';
import { send } from './control.ts';
import type { Routed } from './types.ts';

export function routeToReceiver(command: SignalingCommand): readonly Routed[] {
  switch (command.type) {
    case 'signaling.joined': {
      const { peers } = command;
      return both({ type: 'signaling.joined', peers });
    }
    case 'signaling.lost':
      return both(command);
    case 'signaling.unreachable':
      return [{ to: 'delivery', event: { type: 'signaling.lost' } }];
    case 'signaling.waiting':
      return [{ to: 'delivery', event: command }];
    case 'peer.online':
    case 'peer.offline':
      return command.peer === SENDER ? both({ type: command.type, peer: SENDER }) : [];
    case 'signaling.refused':
      return refused(failureOfRefusal(command.code));
    case 'signaling.replaced':
      return refused('replaced');
    case 'relay.received':
      return [{ to: 'connection', event: command }];
    default:
      return [];
  }
}

function both(event: ConnectionEvent & ReceiverDeliveryEvent): readonly Routed[] {
  return [
    { to: 'delivery', event },
    { to: 'connection', event },
  ];
}

function refused(code: ReturnType<typeof failureOfRefusal> | 'replaced'): readonly Routed[] {
  return [{ to: 'delivery', event: { type: 'signaling.refused', code } }];
}

export function routeInflow(command: InflowCommand): readonly Routed[] {
  switch (command.type) {
    case 'inflow.started':
    case 'progress.made':
    case 'inflow.failed':
    case 'inflow.verified':
    case 'inflow.stalled':
      return [{ to: 'delivery', event: command }];
    case 'credit.send':
      return send({ type: 'credit', upTo: command.upTo, settled: command.settled });
    case 'missing.send':
      return send({ type: 'missing', ranges: command.ranges, more: command.more });
    case 'digest.compute':
      return [{ to: 'delivery', event: { type: 'inflow.verifying' } }];
    default:
      return [];
  }
}
