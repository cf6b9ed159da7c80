// Routes the commands of the sender's machines.

import { toBase64Url } from '../bytes.ts';
import type { BundleCommand } from '../bundle/types.ts';
import type { ConnectionCommand } from '../connection/types.ts';
import type { SenderDeliveryCommand } from '../delivery/types.ts';
import type { SenderLanesCommand } from '../lanes/types.ts';
import type { OutflowCommand } from '../outflow/types.ts';
import { pagesOf } from '../protocol/manifest.ts';
import type { SignalingCommand } from '../signaling/types.ts';
import { routeConnection, routeLane, routeNegotiation } from './connection.ts';
import { routeControlToSender, send } from './control.ts';
import { routeDelivery } from './delivery.ts';
import type { SenderRouted, SenderSource } from './types.ts';

export function routeAtSender(delivery: string, source: SenderSource): readonly SenderRouted[] {
  switch (source.from) {
    case 'signaling':
      return routeSignaling(source.command);
    case 'bundle':
      return routeBundle(source.command);
    case 'connection':
      return routeSenderConnection(delivery, source.command);
    case 'negotiation':
      return routeNegotiation(source.command);
    case 'lane':
      return routeLane(source.lane, source.command);
    case 'lanes':
      return routeLanes(source.command);
    case 'outflow':
      return routeOutflow(source.command);
    case 'delivery':
      return routeSenderDelivery(delivery, source.command);
    case 'control':
      return routeControlToSender(source.command);
    case 'bulk':
      return [{ to: 'delivery', event: source.command }];
  }
}

function routeSignaling(command: SignalingCommand): readonly SenderRouted[] {
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
    case 'socket.open':
    case 'socket.send':
    case 'socket.close':
      return [];
  }
}

function routeBundle(command: BundleCommand): readonly SenderRouted[] {
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
    case 'session.receive': {
      const { delivery, envelope } = command;
      return [{ to: 'connection', delivery, event: { type: 'relay.received', envelope } }];
    }
    case 'delivery.close':
      return [{ to: 'delivery', delivery: command.delivery, event: { type: 'cancel.requested' } }];
    case 'delivery.putOut': {
      // First the connection, which sends the reason: its lane closes with it, so no cancel is sent.
      const { delivery } = command;
      return [
        { to: 'connection', delivery, event: { type: 'place.withdrawn' } },
        { to: 'delivery', delivery, event: { type: 'cancel.requested' } },
      ];
    }
    case 'secrets.draw':
    case 'signaling.start':
    case 'entropy.draw':
    case 'delivery.open':
      return [];
  }
}

function routeOutflow(command: OutflowCommand): readonly SenderRouted[] {
  switch (command.type) {
    case 'progress.made':
      return [
        { to: 'delivery', event: command },
        { to: 'lanes', event: { type: 'progress.made' } },
      ];
    case 'lane.close':
      return send({ type: 'lane.close', lane: command.lane, chunks: command.chunks });
    case 'generation.spoil':
      return [{ to: 'connection', event: { type: 'generation.spoiled' } }];
    case 'compared.send':
      return [
        ...send({ type: 'compared', pieces: command.pieces }),
        { to: 'delivery', event: { type: 'traffic.received' } },
      ];
    case 'again.send':
      return send({ type: 'again', ranges: command.ranges });
    case 'file.fail': {
      const { file, code } = command;
      const failed = { type: 'file.failed', file, code } as const;
      return [...send(failed), { to: 'delivery', event: failed }];
    }
    case 'file.retry': {
      const retried = { type: 'file.retried', file: command.file } as const;
      return [...send(retried), { to: 'delivery', event: retried }];
    }
    case 'entries.take': {
      const { ranges } = command;
      return [
        ...send({ type: 'taken', ranges }),
        { to: 'delivery', event: { type: 'entries.taken', ranges } },
      ];
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
    case 'piece.load':
    case 'chunks.send':
    case 'buffer.await':
    case 'allowance.await':
    case 'piece.release':
    case 'pieces.check':
      return [];
  }
}

function routeSenderConnection(
  delivery: string,
  command: ConnectionCommand,
): readonly SenderRouted[] {
  switch (command.type) {
    case 'connection.established':
      return [
        ...routeConnection(command),
        { to: 'bundle', event: { type: 'delivery.connected', delivery } },
      ];
    case 'connection.lost':
      return [
        ...routeConnection(command),
        { to: 'bundle', event: { type: 'delivery.lost', delivery } },
      ];
    case 'negotiation.restart':
      return [...routeConnection(command), { to: 'lanes', event: { type: 'path.changed' } }];
    // Only an initiator retries, and is told what there is.
    case 'retry.scheduled':
    case 'place.awaited':
    case 'answer.awaited':
    case 'summary.received':
      return [];
    default:
      return routeConnection(command);
  }
}

function routeLanes(command: SenderLanesCommand): readonly SenderRouted[] {
  switch (command.type) {
    case 'lane.use':
      return [{ to: 'outflow', event: { type: 'lane.opened', lane: command.lane } }];
    case 'lane.retire':
      return [{ to: 'outflow', event: { type: 'lane.retired', lane: command.lane } }];
    case 'lane.lose':
      return [{ to: 'outflow', event: { type: 'lane.lost', lane: command.lane } }];
    case 'lane.withdraw':
      return send({ type: 'lane.close', lane: command.lane, chunks: 0 });
    case 'lanes.failed':
      return [{ to: 'delivery', event: { type: 'remote.misbehaved' } }];
    case 'lane.open':
    case 'lane.receive':
    case 'lane.shut':
    case 'sample.start':
    case 'sample.take':
      return [];
  }
}

function routeSenderDelivery(
  delivery: string,
  command: SenderDeliveryCommand,
): readonly SenderRouted[] {
  switch (command.type) {
    case 'offer.send':
      return send(...pagesOf(command.manifest));
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
    case 'file.skip':
      return [{ to: 'outflow', event: { type: 'file.skipped', file: command.file } }];
    case 'file.retry':
      return [{ to: 'outflow', event: { type: 'file.retried', file: command.file } }];
    case 'sent.send':
      return send({ type: 'sent', digest: toBase64Url(command.digest.all) });
    case 'complete.send':
      return [
        ...send({ type: 'complete', digest: toBase64Url(command.digest.all) }),
        {
          to: 'bundle',
          event: { type: 'delivery.completed', delivery, isWhole: command.isWhole },
        },
      ];
    case 'delivery.release':
      return [
        { to: 'outflow', event: { type: 'outflow.stopped' } },
        { to: 'lanes', event: { type: 'lanes.stopped' } },
        { to: 'connection', event: { type: 'connection.ended' } },
        { to: 'bundle', event: { type: 'delivery.ended', delivery } },
      ];
    case 'leaves.keep':
    case 'source.digest':
      return [];
    default:
      return routeDelivery(command);
  }
}
