// Which command of one machine is which event of another: the only place where machines meet. The host, the
// tests and a simulator all use it, so that what is tested is what runs. A command that isn't named here is
// for the adapters alone; some that are named are for both.

import type { BundleCommand, BundleEvent } from './bundle/types.ts';
import type { ConnectionCommand, ConnectionEvent } from './connection/types.ts';
import { failureOfRefusal } from './delivery/rules.ts';
import type {
  DeliveryCommand,
  ReceiverDeliveryEvent,
  SenderDeliveryEvent,
} from './delivery/types.ts';
import type { InflowCommand, InflowEvent } from './inflow/types.ts';
import type { NegotiationCommand, NegotiationEvent } from './negotiation/types.ts';
import type { OutflowCommand, OutflowEvent } from './outflow/types.ts';
import { isFromReceiver, isFromSender } from './protocol/control-messages.ts';
import { SENDER, type ControlMessage } from './protocol/types.ts';
import type { SignalingCommand, SignalingEvent } from './signaling/types.ts';

/** Which end this is. */
export type Role = 'sender' | 'receiver';

/** Where a command comes from: a machine, or the control channel (whose messages are facts already). */
export type Source =
  | { readonly from: 'signaling'; readonly command: SignalingCommand }
  | { readonly from: 'bundle'; readonly command: BundleCommand }
  | { readonly from: 'connection'; readonly command: ConnectionCommand }
  | { readonly from: 'negotiation'; readonly command: NegotiationCommand }
  | { readonly from: 'outflow'; readonly command: OutflowCommand }
  | { readonly from: 'inflow'; readonly command: InflowCommand }
  | { readonly from: 'delivery'; readonly command: DeliveryCommand }
  | { readonly from: 'control'; readonly command: ControlMessage };

/**
 * An event for a machine. Without `delivery`, it goes to the machine of the delivery that the command came
 * from; where the command came from `signaling`, to that of every delivery.
 */
export type Routed =
  | { readonly to: 'signaling'; readonly event: SignalingEvent }
  | { readonly to: 'bundle'; readonly event: BundleEvent }
  | { readonly to: 'connection'; readonly event: ConnectionEvent; readonly delivery?: string }
  | { readonly to: 'negotiation'; readonly event: NegotiationEvent }
  | { readonly to: 'outflow'; readonly event: OutflowEvent }
  | { readonly to: 'inflow'; readonly event: InflowEvent }
  | {
      readonly to: 'delivery';
      readonly event: SenderDeliveryEvent | ReceiverDeliveryEvent;
      readonly delivery?: string;
    };

/**
 * The events that a command is. Pure and total.
 *
 * @param delivery - the id of the delivery that the command came from; empty for `signaling` and `bundle`.
 */
export function route(role: Role, delivery: string, source: Source): readonly Routed[] {
  switch (source.from) {
    case 'signaling':
      return role === 'sender' ? routeToSender(source.command) : routeToReceiver(source.command);
    case 'bundle':
      return routeBundle(source.command);
    case 'connection':
      return routeConnection(source.command);
    case 'negotiation':
      return routeNegotiation(source.command);
    case 'outflow':
      return routeOutflow(source.command);
    case 'inflow':
      return routeInflow(source.command);
    case 'delivery':
      return routeDelivery(role, delivery, source.command);
    case 'control':
      return routeControl(role, source.command);
  }
}

function routeToSender(command: SignalingCommand): readonly Routed[] {
  switch (command.type) {
    case 'signaling.joined':
      return [{ to: 'bundle', event: { type: 'signaling.joined' } }];
    case 'signaling.lost':
      return [
        { to: 'bundle', event: command },
        { to: 'connection', event: command },
      ];
    case 'signaling.unreachable':
      return [{ to: 'bundle', event: { type: 'signaling.lost' } }];
    case 'signaling.refused':
    case 'signaling.replaced':
    case 'relay.received':
      return [{ to: 'bundle', event: command }];
    case 'peer.offline':
      return [{ to: 'connection', event: command }];
    default:
      return [];
  }
}

function routeToReceiver(command: SignalingCommand): readonly Routed[] {
  switch (command.type) {
    case 'signaling.joined': {
      const { peers } = command;
      return both({ type: 'signaling.joined', peers });
    }
    case 'signaling.lost':
      return both(command);
    case 'signaling.unreachable':
      return [{ to: 'delivery', event: { type: 'signaling.lost' } }];
    case 'peer.online':
    case 'peer.offline':
      return command.peer === SENDER ? both(command) : [];
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

function routeBundle(command: BundleCommand): readonly Routed[] {
  switch (command.type) {
    case 'relay.send':
      return [{ to: 'signaling', event: { type: 'relay.requested', envelope: command.envelope } }];
    case 'signaling.stop':
      return [{ to: 'signaling', event: { type: 'signaling.stopped' } }];
    case 'session.open': {
      const { delivery, session, generation } = command;
      return [
        { to: 'connection', delivery, event: { type: 'session.opened', session, generation } },
      ];
    }
    case 'session.hear': {
      const { delivery, envelope } = command;
      return [{ to: 'connection', delivery, event: { type: 'relay.received', envelope } }];
    }
    case 'delivery.close':
      return [{ to: 'delivery', delivery: command.delivery, event: { type: 'cancel.requested' } }];
    default:
      return [];
  }
}

function routeConnection(command: ConnectionCommand): readonly Routed[] {
  switch (command.type) {
    case 'relay.send':
      return [{ to: 'signaling', event: { type: 'relay.requested', envelope: command.envelope } }];
    case 'negotiation.hear':
      return [{ to: 'negotiation', event: { type: 'message.received', message: command.message } }];
    case 'negotiation.stop':
      // Also before it was established: whoever is told of it has gone, and the page can say so.
      return [
        { to: 'negotiation', event: { type: 'negotiation.stopped' } },
        { to: 'delivery', event: { type: 'connection.lost' } },
      ];
    case 'connection.established':
      return [{ to: 'delivery', event: { type: 'connection.established' } }];
    case 'connection.lost':
    case 'connection.failed':
      return [{ to: 'delivery', event: command }];
    default:
      return [];
  }
}

function routeNegotiation(command: NegotiationCommand): readonly Routed[] {
  switch (command.type) {
    case 'message.send':
      return [{ to: 'connection', event: { type: 'negotiation.spoke', message: command.message } }];
    case 'negotiation.failed':
      return [{ to: 'connection', event: command }];
    default:
      return [];
  }
}

function routeOutflow(command: OutflowCommand): readonly Routed[] {
  switch (command.type) {
    case 'progress.made':
      return [{ to: 'delivery', event: command }];
    case 'file.fail':
      return [
        { to: 'delivery', event: { type: 'file.failed', file: command.file, code: command.code } },
      ];
    case 'outflow.finished':
      return [{ to: 'delivery', event: { type: 'outflow.finished' } }];
    case 'outflow.failed':
      return [
        {
          to: 'delivery',
          event:
            command.code === 'protocol'
              ? { type: 'remote.misbehaved' }
              : { type: 'platform.failed', code: command.code },
        },
      ];
    default:
      return [];
  }
}

function routeInflow(command: InflowCommand): readonly Routed[] {
  switch (command.type) {
    case 'progress.made':
    case 'inflow.failed':
    case 'inflow.verified':
      return [{ to: 'delivery', event: command }];
    case 'digest.compute':
      return [{ to: 'delivery', event: { type: 'inflow.verifying' } }];
    default:
      return [];
  }
}

function routeDelivery(role: Role, delivery: string, command: DeliveryCommand): readonly Routed[] {
  switch (command.type) {
    case 'outflow.start':
      return [
        { to: 'bundle', event: { type: 'delivery.accepted', delivery } },
        { to: 'outflow', event: { type: 'outflow.started', credit: command.credit } },
      ];
    case 'acceptance.announce':
      return [{ to: 'signaling', event: { type: 'delivery.accepted' } }];
    case 'delivery.release':
      return role === 'sender'
        ? [
            { to: 'outflow', event: { type: 'outflow.stopped' } },
            { to: 'connection', event: { type: 'connection.ended' } },
            { to: 'bundle', event: { type: 'delivery.ended', delivery } },
          ]
        : [
            { to: 'inflow', event: { type: 'inflow.stopped' } },
            { to: 'connection', event: { type: 'connection.ended' } },
            { to: 'signaling', event: { type: 'signaling.stopped' } },
          ];
    default:
      return [];
  }
}

function routeControl(role: Role, message: ControlMessage): readonly Routed[] {
  const isAllowed = role === 'sender' ? isFromReceiver(message.type) : isFromSender(message.type);
  if (!isAllowed) return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
  return [{ to: 'connection', event: { type: 'traffic.received' } }, ...heard(message)];
}

// C: what a control message is to the machines behind the channel.
function heard(message: ControlMessage): readonly Routed[] {
  switch (message.type) {
    case 'offer':
      return [{ to: 'delivery', event: { ...message, type: 'offer.received' } }];
    case 'page':
      return [{ to: 'delivery', event: { ...message, type: 'page.received' } }];
    case 'accept':
      return [{ to: 'delivery', event: { ...message, type: 'accept.received' } }];
    case 'credit':
      return [
        { to: 'delivery', event: { type: 'credit.received' } },
        { to: 'outflow', event: { type: 'credit.received', upTo: message.upTo } },
      ];
    case 'file.failed':
      return [
        {
          to: 'inflow',
          event: { type: 'file.failed.received', file: message.file, code: message.code },
        },
        { to: 'delivery', event: message },
      ];
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
  }
}
