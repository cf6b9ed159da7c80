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
import type {
  ReceiverLanesCommand,
  ReceiverLanesEvent,
  SenderLanesCommand,
  SenderLanesEvent,
} from './lanes/types.ts';
import type { NegotiationCommand, NegotiationEvent } from './negotiation/types.ts';
import type { OutflowCommand, OutflowEvent } from './outflow/types.ts';
import { toBase64Url } from './bytes.ts';
import { pagesOf } from './protocol/manifest.ts';
import { SENDER, type ControlMessage } from './protocol/types.ts';
import { routeControl } from './route-control.ts';
import type { SignalingCommand, SignalingEvent } from './signaling/types.ts';

/** Which end this is. */
export type Role = 'sender' | 'receiver';

/** Where a command comes from: a machine, or the control channel (whose messages are facts already). */
export type Source =
  | { readonly from: 'signaling'; readonly command: SignalingCommand }
  | { readonly from: 'bundle'; readonly command: BundleCommand }
  | { readonly from: 'connection'; readonly command: ConnectionCommand }
  | { readonly from: 'negotiation'; readonly command: NegotiationCommand }
  /** The negotiation of a further lane. */
  | { readonly from: 'lane'; readonly lane: number; readonly command: NegotiationCommand }
  | { readonly from: 'lanes'; readonly command: SenderLanesCommand | ReceiverLanesCommand }
  | { readonly from: 'outflow'; readonly command: OutflowCommand }
  | { readonly from: 'inflow'; readonly command: InflowCommand }
  | { readonly from: 'delivery'; readonly command: DeliveryCommand }
  | { readonly from: 'control'; readonly command: ControlMessage }
  /** A message of a bulk channel for which no flow is prepared, or how much has arrived through all of them. */
  | {
      readonly from: 'bulk';
      readonly command:
        | { readonly type: 'bulk.received' }
        | { readonly type: 'bytes.arrived'; readonly bytes: number };
    };

/**
 * An event for a machine. Without `delivery`, it goes to the machine of the delivery that the command came
 * from; where the command came from `signaling`, to that of every delivery.
 */
export type Routed =
  | { readonly to: 'signaling'; readonly event: SignalingEvent }
  | { readonly to: 'bundle'; readonly event: BundleEvent }
  | { readonly to: 'connection'; readonly event: ConnectionEvent; readonly delivery?: string }
  | { readonly to: 'negotiation'; readonly event: NegotiationEvent }
  | { readonly to: 'lanes'; readonly event: SenderLanesEvent | ReceiverLanesEvent }
  | { readonly to: 'outflow'; readonly event: OutflowEvent }
  | { readonly to: 'inflow'; readonly event: InflowEvent }
  /** Something to say on the control channel; nobody hears it where there is none. */
  | { readonly to: 'control'; readonly event: ControlMessage }
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
      return routeConnection(role, delivery, source.command);
    case 'negotiation':
      return routeNegotiation(source.command);
    case 'lane':
      return routeLane(source.lane, source.command);
    case 'lanes':
      return routeLanes(source.command);
    case 'outflow':
      return routeOutflow(source.command);
    case 'inflow':
      return routeInflow(source.command);
    case 'delivery':
      return routeDelivery(role, delivery, source.command);
    case 'control':
      return routeControl(role, source.command);
    case 'bulk':
      return [{ to: 'delivery', event: source.command }];
  }
}

function routeToSender(command: SignalingCommand): readonly Routed[] {
  switch (command.type) {
    case 'signaling.joined': {
      const { peers, tags, seats } = command;
      return [{ to: 'bundle', event: { type: 'signaling.joined', peers, tags, seats } }];
    }
    case 'signaling.lost':
      return [
        { to: 'bundle', event: command },
        { to: 'connection', event: command },
      ];
    case 'signaling.unreachable':
      return [{ to: 'bundle', event: { type: 'signaling.lost' } }];
    case 'signaling.waiting':
    case 'signaling.refused':
    case 'signaling.replaced':
    case 'relay.received':
    case 'peer.online':
      return [{ to: 'bundle', event: command }];
    case 'peer.offline':
      return [
        { to: 'bundle', event: command },
        { to: 'connection', event: command },
      ];
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

function routeBundle(command: BundleCommand): readonly Routed[] {
  switch (command.type) {
    case 'relay.send':
      return [{ to: 'signaling', event: { type: 'relay.requested', envelope: command.envelope } }];
    case 'signaling.stop':
      return [{ to: 'signaling', event: { type: 'signaling.stopped' } }];
    case 'member.admit':
      return [{ to: 'signaling', event: { type: 'admit.requested', member: command.member } }];
    case 'member.dismiss':
      return [{ to: 'signaling', event: { type: 'dismiss.requested', member: command.member } }];
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
    case 'delivery.putOut': {
      // The connection first: it says why, and with its lane nothing is said of a cancel.
      const { delivery } = command;
      return [
        { to: 'connection', delivery, event: { type: 'place.withdrawn' } },
        { to: 'delivery', delivery, event: { type: 'cancel.requested' } },
      ];
    }
    default:
      return [];
  }
}

function routeConnection(
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
      return say({ type: 'beat' });
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

function say(...messages: readonly ControlMessage[]): readonly Routed[] {
  return messages.map((message) => ({ to: 'control', event: message }));
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

// W1: there is one round, and no more: a lane whose path is gone is closed.
function routeLane(lane: number, command: NegotiationCommand): readonly Routed[] {
  switch (command.type) {
    case 'message.send': {
      const { message } = command;
      if (message.type === 'description')
        return say({ type: 'lane.description', lane, kind: message.kind, sdp: message.sdp });
      if (message.type !== 'candidate') return [];
      const { candidate, mid, line } = message;
      return say({ type: 'lane.candidate', lane, candidate, mid, line });
    }
    default:
      return [];
  }
}

function routeLanes(command: SenderLanesCommand | ReceiverLanesCommand): readonly Routed[] {
  switch (command.type) {
    case 'lane.use':
      return [{ to: 'outflow', event: { type: 'lane.opened', lane: command.lane } }];
    case 'lane.retire':
      return [{ to: 'outflow', event: { type: 'lane.retired', lane: command.lane } }];
    case 'lane.lose':
      return [{ to: 'outflow', event: { type: 'lane.lost', lane: command.lane } }];
    case 'lane.withdraw':
      return say({ type: 'lane.close', lane: command.lane, frames: 0 });
    case 'closed.send':
      return say({ type: 'lane.closed', lane: command.lane, frames: command.frames });
    case 'lanes.failed':
      return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
    default:
      return [];
  }
}

function routeOutflow(command: OutflowCommand): readonly Routed[] {
  switch (command.type) {
    case 'progress.made':
      return [
        { to: 'delivery', event: command },
        { to: 'lanes', event: { type: 'progress.made' } },
      ];
    case 'lane.close':
      return say({ type: 'lane.close', lane: command.lane, frames: command.frames });
    case 'generation.spoil':
      return [{ to: 'connection', event: { type: 'generation.spoiled' } }];
    case 'compared.send':
      return [
        ...say({ type: 'compared', pieces: command.pieces }),
        { to: 'delivery', event: { type: 'traffic.received' } },
      ];
    case 'again.send':
      return say({ type: 'again', ranges: command.ranges });
    case 'file.fail': {
      const { file, code } = command;
      const failed = { type: 'file.failed', file, code } as const;
      return [...say(failed), { to: 'delivery', event: failed }];
    }
    case 'file.retry': {
      const retried = { type: 'file.retried', file: command.file } as const;
      return [...say(retried), { to: 'delivery', event: retried }];
    }
    case 'outflow.finished':
      return [
        { to: 'lanes', event: { type: 'lanes.stopped' } },
        { to: 'delivery', event: { type: 'outflow.finished' } },
      ];
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
    case 'inflow.started':
    case 'progress.made':
    case 'inflow.failed':
    case 'inflow.verified':
    case 'inflow.stalled':
      return [{ to: 'delivery', event: command }];
    case 'credit.send':
      return say({ type: 'credit', upTo: command.upTo, settled: command.settled });
    case 'missing.send':
      return say({ type: 'missing', ranges: command.ranges, more: command.more });
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
        { to: 'lanes', event: { type: 'lanes.started' } },
      ];
    case 'outflow.pause':
      return [
        { to: 'outflow', event: { type: 'outflow.paused' } },
        { to: 'lanes', event: { type: 'flow.paused' } },
      ];
    case 'outflow.resume':
      return [
        { to: 'outflow', event: { type: 'outflow.resumed' } },
        { to: 'lanes', event: { type: 'flow.resumed' } },
      ];
    case 'outflow.stop':
      return [
        { to: 'outflow', event: { type: 'outflow.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
      ];
    case 'generation.spoil':
      return [{ to: 'connection', event: { type: 'generation.spoiled' } }];
    case 'file.skip':
      return [{ to: 'outflow', event: { type: 'file.skipped', file: command.file } }];
    case 'file.retry':
      return [{ to: 'outflow', event: { type: 'file.retried', file: command.file } }];
    case 'inflow.stop':
      return [
        { to: 'inflow', event: { type: 'inflow.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
      ];
    case 'store.retry':
      return [{ to: 'inflow', event: { type: 'store.retried' } }];
    case 'acceptance.announce':
      return [{ to: 'signaling', event: { type: 'delivery.accepted' } }];
    case 'delivery.release':
      return role === 'sender'
        ? [
            { to: 'outflow', event: { type: 'outflow.stopped' } },
            { to: 'lanes', event: { type: 'lanes.stopped' } },
            { to: 'connection', event: { type: 'connection.ended' } },
            { to: 'bundle', event: { type: 'delivery.ended', delivery } },
          ]
        : [
            { to: 'inflow', event: { type: 'inflow.stopped' } },
            { to: 'lanes', event: { type: 'lanes.stopped' } },
            { to: 'connection', event: { type: 'connection.ended' } },
            { to: 'signaling', event: { type: 'signaling.stopped' } },
          ];
    default:
      return sayOfDelivery(command);
  }
}

// C: what a delivery has to say to the other side.
function sayOfDelivery(command: DeliveryCommand): readonly Routed[] {
  switch (command.type) {
    case 'offer.send':
      return say(...pagesOf(command.manifest));
    case 'sent.send':
      return say({ type: 'sent', digest: toBase64Url(command.digest.all) });
    case 'complete.send':
      return say({ type: 'complete', digest: toBase64Url(command.digest.all) });
    case 'accept.send':
      return say({ type: 'accept', credit: command.credit });
    case 'verified.send':
      return say({ type: 'verified', digest: toBase64Url(command.digest.all) });
    case 'pause.send':
      return say({ type: 'pause', reason: command.reason });
    case 'resume.send':
      return say({ type: 'resume' });
    case 'skip.send':
      return say({ type: 'file.skip', file: command.file });
    case 'retry.send':
      return say({ type: 'file.retry', file: command.file });
    case 'cancel.send':
      return say({ type: 'cancel' });
    case 'failed.send':
      return say({ type: 'failed', code: command.code });
    default:
      return [];
  }
}
