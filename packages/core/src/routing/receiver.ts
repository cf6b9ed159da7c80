// Routes the commands of the receiver's machines.

import { toBase64Url } from '../bytes.ts';
import type { ConnectionCommand, ConnectionEvent } from '../connection/types.ts';
import { failureOfRefusal } from '../delivery/rules.ts';
import type { ReceiverDeliveryCommand, ReceiverDeliveryEvent } from '../delivery/types.ts';
import type { InflowCommand } from '../inflow/types.ts';
import { leaveMessages, takeMessages } from '../pieces/choice.ts';
import type { ReceiverLanesCommand } from '../lanes/types.ts';
import { SENDER, type FailureCode } from '../protocol/types.ts';
import type { SignalingCommand } from '../signaling/types.ts';
import { routeConnection, routeLane, routeNegotiation } from './connection.ts';
import { routeControlToReceiver, send } from './control.ts';
import { routeDelivery } from './delivery.ts';
import type { ReceiverRouted, ReceiverSource } from './types.ts';

export function routeAtReceiver(source: ReceiverSource): readonly ReceiverRouted[] {
  switch (source.from) {
    case 'signaling':
      return routeSignaling(source.command);
    case 'connection':
      return routeReceiverConnection(source.command);
    case 'negotiation':
      return routeNegotiation(source.command);
    case 'lane':
      return routeLane(source.lane, source.command);
    case 'lanes':
      return routeLanes(source.command);
    case 'inflow':
      return routeInflow(source.command);
    case 'delivery':
      return routeReceiverDelivery(source.command);
    case 'control':
      return routeControlToReceiver(source.command);
    case 'bulk':
      return [{ to: 'delivery', event: source.command }];
  }
}

function routeSignaling(command: SignalingCommand): readonly ReceiverRouted[] {
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
    case 'socket.open':
    case 'socket.send':
    case 'socket.close':
      return [];
  }
}

function both(event: ConnectionEvent & ReceiverDeliveryEvent): readonly ReceiverRouted[] {
  return [
    { to: 'delivery', event },
    { to: 'connection', event },
  ];
}

function refused(code: FailureCode): readonly ReceiverRouted[] {
  return [{ to: 'delivery', event: { type: 'signaling.refused', code } }];
}

function routeInflow(command: InflowCommand): readonly ReceiverRouted[] {
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
    case 'piece.store':
    case 'piece.store.again':
    case 'piece.discard':
    case 'pieces.forget':
    case 'file.discard':
    case 'file.readmit':
    case 'entries.admit':
      return [];
  }
}

function routeReceiverConnection(command: ConnectionCommand): readonly ReceiverRouted[] {
  switch (command.type) {
    case 'retry.scheduled':
    case 'summary.received':
    case 'answer.awaited':
      return [{ to: 'delivery', event: command }];
    case 'place.awaited':
      return [{ to: 'delivery', event: { type: 'signaling.waiting', code: 'room.full' } }];
    default:
      return routeConnection(command);
  }
}

function routeLanes(command: ReceiverLanesCommand): readonly ReceiverRouted[] {
  switch (command.type) {
    case 'closed.send':
      return send({ type: 'lane.closed', lane: command.lane, chunks: command.chunks });
    case 'lanes.failed':
      return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
    case 'lane.join':
    case 'lane.receive':
    case 'chunks.await':
    case 'lane.shut':
      return [];
  }
}

function routeReceiverDelivery(command: ReceiverDeliveryCommand): readonly ReceiverRouted[] {
  switch (command.type) {
    case 'generation.spoil':
      return [{ to: 'connection', event: { type: 'generation.spoiled' } }];
    case 'inflow.stop':
      return [
        { to: 'inflow', event: { type: 'inflow.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
      ];
    case 'store.retry':
      return [{ to: 'inflow', event: { type: 'store.retried' } }];
    case 'acceptance.announce':
      return [{ to: 'signaling', event: { type: 'delivery.accepted' } }];
    case 'decline.send':
      return send({ type: 'decline' });
    case 'accept.send':
      return send({ type: 'accept', credit: command.credit, entries: command.entries });
    case 'leave.send':
      return send(...leaveMessages(command.leftOut));
    case 'take.send':
      return send(...takeMessages(command.ranges));
    case 'gift.send':
      return send({ type: 'give', link: command.link });
    case 'verified.send':
      return send({ type: 'verified', digest: toBase64Url(command.digest.all) });
    case 'skip.send':
      return send({ type: 'file.skip', file: command.file });
    case 'retry.send':
      return send({ type: 'file.retry', file: command.file });
    case 'delivery.release':
      return [
        { to: 'inflow', event: { type: 'inflow.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
        { to: 'connection', event: { type: 'connection.ended' } },
        { to: 'signaling', event: { type: 'signaling.stopped' } },
      ];
    case 'sink.probe':
    case 'sink.open':
    case 'choice.record':
    case 'sink.list':
    case 'sink.seal':
    case 'sink.save':
    case 'sink.discard':
    case 'inflow.start':
    case 'held.send':
      return [];
    default:
      return routeDelivery(command);
  }
}
