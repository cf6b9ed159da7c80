// What only a sender's machines have to tell each other.

import type { BundleCommand } from '../bundle/types.ts';
import type { OutflowCommand } from '../outflow/types.ts';
import type { SignalingCommand } from '../signaling/types.ts';
import { send } from './control.ts';
import type { Routed } from './types.ts';

export function routeToSender(command: SignalingCommand): readonly Routed[] {
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

export function routeBundle(command: BundleCommand): readonly Routed[] {
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

export function routeOutflow(command: OutflowCommand): readonly Routed[] {
  switch (command.type) {
    case 'progress.made':
      return [
        { to: 'delivery', event: command },
        { to: 'lanes', event: { type: 'progress.made' } },
      ];
    case 'lane.close':
      return send({ type: 'lane.close', lane: command.lane, frames: command.frames });
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
