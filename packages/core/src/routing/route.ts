// Which command of one machine is which event of another: the only place where machines meet. The host, the
// tests and a simulator all use it, so that what is tested is what runs. A command that isn't named here is
// for the adapters alone; some that are named are for both.

import { toBase64Url } from '../bytes.ts';
import type { DeliveryCommand } from '../delivery/types.ts';
import type { ReceiverLanesCommand, SenderLanesCommand } from '../lanes/types.ts';
import { pagesOf } from '../protocol/manifest.ts';
import { routeConnection, routeLane, routeNegotiation } from './connection.ts';
import { routeControl, send } from './control.ts';
import { routeInflow, routeToReceiver } from './receiver.ts';
import { routeBundle, routeOutflow, routeToSender } from './sender.ts';
import type { Role, Routed, Source } from './types.ts';

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

function routeLanes(command: SenderLanesCommand | ReceiverLanesCommand): readonly Routed[] {
  switch (command.type) {
    case 'lane.use':
      return [{ to: 'outflow', event: { type: 'lane.opened', lane: command.lane } }];
    case 'lane.retire':
      return [{ to: 'outflow', event: { type: 'lane.retired', lane: command.lane } }];
    case 'lane.lose':
      return [{ to: 'outflow', event: { type: 'lane.lost', lane: command.lane } }];
    case 'lane.withdraw':
      return send({ type: 'lane.close', lane: command.lane, frames: 0 });
    case 'closed.send':
      return send({ type: 'lane.closed', lane: command.lane, frames: command.frames });
    case 'lanes.failed':
      return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
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
      return sendForDelivery(command);
  }
}

// C: what a delivery has to say to the other side.
function sendForDelivery(command: DeliveryCommand): readonly Routed[] {
  switch (command.type) {
    case 'offer.send':
      return send(...pagesOf(command.manifest));
    case 'sent.send':
      return send({ type: 'sent', digest: toBase64Url(command.digest.all) });
    case 'complete.send':
      return send({ type: 'complete', digest: toBase64Url(command.digest.all) });
    case 'accept.send':
      return send({ type: 'accept', credit: command.credit });
    case 'verified.send':
      return send({ type: 'verified', digest: toBase64Url(command.digest.all) });
    case 'pause.send':
      return send({ type: 'pause', reason: command.reason });
    case 'resume.send':
      return send({ type: 'resume' });
    case 'skip.send':
      return send({ type: 'file.skip', file: command.file });
    case 'retry.send':
      return send({ type: 'file.retry', file: command.file });
    case 'cancel.send':
      return send({ type: 'cancel' });
    case 'failed.send':
      return send({ type: 'failed', code: command.code });
    default:
      return [];
  }
}
