import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { BundleCommand } from '../src/bundle/types.ts';
import type { ConnectionCommand } from '../src/connection/types.ts';
import type { DeliveryCommand } from '../src/delivery/types.ts';
import type { InflowCommand } from '../src/inflow/types.ts';
import type { NegotiationCommand } from '../src/negotiation/types.ts';
import type { OutflowCommand } from '../src/outflow/types.ts';
import type { ControlMessage } from '../src/protocol/types.ts';
import { route, type Role, type Source } from '../src/route.ts';
import type { SignalingCommand } from '../src/signaling/types.ts';
import { controlMessages } from '../src/testing/arbitraries.ts';
import { MANIFEST } from './support/delivery-events.ts';

// Where each command goes, as `machine: event`, for the sender and for the receiver; one word for both
// where they are the same. `-` is for the adapters alone. A command that is missing here doesn't compile.
type Table<Command extends { readonly type: string }> = {
  readonly [Type in Command['type']]: readonly [
    command: Extract<Command, { readonly type: Type }>,
    sender: string,
    receiver?: string,
  ];
};

const envelope = { peer: 'sender', session: 's', seq: 0, data: '' };
const digest = new Uint8Array(32);
const message = { type: 'restart.wanted', generation: 1 } as const;

const signaling: Table<SignalingCommand> = {
  'socket.open': [{ type: 'socket.open', socket: 1 }, '-'],
  'socket.send': [{ type: 'socket.send', socket: 1, text: '' }, '-'],
  'socket.close': [{ type: 'socket.close', socket: 1 }, '-'],
  'signaling.joined': [
    { type: 'signaling.joined', peers: [], iceServers: [] },
    'bundle: signaling.joined',
    'delivery: signaling.joined, connection: signaling.joined',
  ],
  'signaling.lost': [
    { type: 'signaling.lost' },
    'bundle: signaling.lost, connection: signaling.lost',
    'delivery: signaling.lost, connection: signaling.lost',
  ],
  'signaling.unreachable': [
    { type: 'signaling.unreachable' },
    'bundle: signaling.lost',
    'delivery: signaling.lost',
  ],
  'signaling.refused': [
    { type: 'signaling.refused', code: 'room.full' },
    'bundle: signaling.refused',
    'delivery: signaling.refused',
  ],
  'signaling.replaced': [
    { type: 'signaling.replaced' },
    'bundle: signaling.replaced',
    'delivery: signaling.refused',
  ],
  'peer.online': [
    { type: 'peer.online', peer: 'sender' },
    '-',
    'delivery: peer.online, connection: peer.online',
  ],
  'peer.offline': [
    { type: 'peer.offline', peer: 'sender' },
    'connection: peer.offline',
    'delivery: peer.offline, connection: peer.offline',
  ],
  'relay.received': [
    { type: 'relay.received', envelope },
    'bundle: relay.received',
    'connection: relay.received',
  ],
};

const bundle: Table<BundleCommand> = {
  'secrets.draw': [{ type: 'secrets.draw' }, '-'],
  'signaling.start': [{ type: 'signaling.start', room: '', token: digest }, '-'],
  'signaling.stop': [{ type: 'signaling.stop' }, 'signaling: signaling.stopped'],
  'entropy.draw': [{ type: 'entropy.draw', session: '' }, '-'],
  'relay.send': [{ type: 'relay.send', envelope }, 'signaling: relay.requested'],
  'delivery.open': [{ type: 'delivery.open', delivery: 'd', manifest: MANIFEST }, '-'],
  'delivery.close': [{ type: 'delivery.close', delivery: 'd' }, 'delivery d: cancel.requested'],
  'session.open': [
    { type: 'session.open', delivery: 'd', session: undefined as never, generation: 1 },
    'connection d: session.opened',
  ],
  'session.hear': [
    { type: 'session.hear', delivery: 'd', envelope },
    'connection d: relay.received',
  ],
};

const connection: Table<ConnectionCommand> = {
  'entropy.draw': [{ type: 'entropy.draw' }, '-'],
  'relay.send': [{ type: 'relay.send', envelope }, 'signaling: relay.requested'],
  'negotiation.start': [{ type: 'negotiation.start', generation: 1, offers: true }, '-'],
  'negotiation.stop': [
    { type: 'negotiation.stop', generation: 1 },
    'negotiation: negotiation.stopped, delivery: connection.lost',
  ],
  'negotiation.hear': [{ type: 'negotiation.hear', message }, 'negotiation: message.received'],
  'beat.send': [{ type: 'beat.send' }, '-'],
  'connection.established': [
    { type: 'connection.established', generation: 1 },
    'delivery: connection.established',
  ],
  'connection.lost': [{ type: 'connection.lost' }, 'delivery: connection.lost'],
  'connection.failed': [
    { type: 'connection.failed', code: 'security' },
    'delivery: connection.failed',
  ],
};

const negotiation: Table<NegotiationCommand> = {
  'message.send': [{ type: 'message.send', message }, 'connection: negotiation.spoke'],
  'candidate.add': [
    { type: 'candidate.add', candidate: { candidate: '', mid: null, line: null } },
    '-',
  ],
  'negotiation.failed': [
    { type: 'negotiation.failed', generation: 1 },
    'connection: negotiation.failed',
  ],
};

const outflow: Table<OutflowCommand> = {
  'piece.load': [{ type: 'piece.load', ordinal: 0 }, '-'],
  'chunks.send': [{ type: 'chunks.send', lane: 0, ordinal: 0, from: 0, to: 1 }, '-'],
  'buffer.await': [{ type: 'buffer.await', lane: 0, low: 0 }, '-'],
  'piece.release': [{ type: 'piece.release', ordinal: 0 }, '-'],
  'progress.made': [{ type: 'progress.made', bytes: 1 }, 'delivery: progress.made'],
  'file.fail': [{ type: 'file.fail', file: 0, code: 'source.changed' }, 'delivery: file.failed'],
  'outflow.finished': [{ type: 'outflow.finished', failedFiles: [] }, 'delivery: outflow.finished'],
  'outflow.failed': [
    { type: 'outflow.failed', code: 'source.changed' },
    'delivery: platform.failed',
  ],
};

const inflow: Table<InflowCommand> = {
  'piece.store': [{ type: 'piece.store', ordinal: 0 }, '-'],
  'piece.discard': [{ type: 'piece.discard', ordinal: 0 }, '-'],
  'file.discard': [{ type: 'file.discard', file: 0, code: 'source.changed' }, '-'],
  'credit.send': [{ type: 'credit.send', upTo: 1 }, '-'],
  'progress.made': [{ type: 'progress.made', bytes: 1 }, 'delivery: progress.made'],
  'digest.compute': [{ type: 'digest.compute', failedFiles: [] }, 'delivery: inflow.verifying'],
  'inflow.verified': [{ type: 'inflow.verified', digest }, 'delivery: inflow.verified'],
  'inflow.failed': [{ type: 'inflow.failed', code: 'integrity' }, 'delivery: inflow.failed'],
};

const delivery: Table<DeliveryCommand> = {
  'offer.send': [{ type: 'offer.send', manifest: MANIFEST }, '-'],
  'outflow.start': [
    { type: 'outflow.start', credit: 1 },
    'bundle: delivery.accepted, outflow: outflow.started',
  ],
  'source.digest': [{ type: 'source.digest', failedFiles: [] }, '-'],
  'sent.send': [{ type: 'sent.send', digest }, '-'],
  'complete.send': [{ type: 'complete.send', digest }, '-'],
  'sink.probe': [{ type: 'sink.probe', manifest: MANIFEST }, '-'],
  'sink.open': [{ type: 'sink.open', manifest: MANIFEST, sink: { kind: 'memory' } }, '-'],
  'inflow.start': [{ type: 'inflow.start', manifest: MANIFEST }, '-'],
  'sink.seal': [{ type: 'sink.seal', failedFiles: [] }, '-'],
  'sink.save': [{ type: 'sink.save', method: 'folder' }, '-'],
  'sink.discard': [{ type: 'sink.discard' }, '-'],
  'accept.send': [{ type: 'accept.send' }, '-'],
  'acceptance.announce': [{ type: 'acceptance.announce' }, 'signaling: delivery.accepted'],
  'verified.send': [{ type: 'verified.send', digest }, '-'],
  'cancel.send': [{ type: 'cancel.send' }, '-'],
  'failed.send': [{ type: 'failed.send', code: 'internal' }, '-'],
  'delivery.release': [
    { type: 'delivery.release', keepSink: false },
    'outflow: outflow.stopped, connection: connection.ended, bundle: delivery.ended',
    'inflow: inflow.stopped, connection: connection.ended, signaling: signaling.stopped',
  ],
};

const misbehaved = 'delivery: remote.misbehaved';
const heard = 'connection: traffic.received';

// C: who may say what. Whoever may not, misbehaves.
const control: Table<ControlMessage> = {
  offer: [
    { type: 'offer', name: '', files: 0, bytes: 0, pages: 0 },
    misbehaved,
    `${heard}, delivery: offer.received`,
  ],
  page: [{ type: 'page', page: 0, entries: [] }, misbehaved, `${heard}, delivery: page.received`],
  accept: [{ type: 'accept', credit: 1 }, `${heard}, delivery: accept.received`, misbehaved],
  credit: [
    { type: 'credit', upTo: 1 },
    `${heard}, delivery: credit.received, outflow: credit.received`,
    misbehaved,
  ],
  'file.failed': [
    { type: 'file.failed', file: 0, code: 'source.changed' },
    misbehaved,
    `${heard}, inflow: file.failed.received, delivery: file.failed`,
  ],
  sent: [
    { type: 'sent', digest: '' },
    misbehaved,
    `${heard}, delivery: sent.received, inflow: sent.received`,
  ],
  verified: [{ type: 'verified', digest: '' }, `${heard}, delivery: verified.received`, misbehaved],
  complete: [{ type: 'complete', digest: '' }, misbehaved, `${heard}, delivery: complete.received`],
  cancel: [{ type: 'cancel' }, `${heard}, delivery: cancel.received`],
  failed: [{ type: 'failed', code: 'internal' }, `${heard}, delivery: failed.received`],
  beat: [{ type: 'beat' }, heard],
};

const tables = { signaling, bundle, connection, negotiation, outflow, inflow, delivery, control };

const routeOf = (role: Role, source: Source): string =>
  route(role, 'own', source)
    .map((routed) => {
      const other = 'delivery' in routed ? ` ${routed.delivery}` : '';
      return `${routed.to}${other}: ${routed.event.type}`;
    })
    .join(', ') || '-';

describe.each(Object.entries(tables))('a command of %s', (from, table) => {
  test.each(Object.entries(table))('%s goes where it belongs', (_, [command, sender, receiver]) => {
    const source = { from, command } as Source;
    expect(routeOf('sender', source)).toBe(sender);
    expect(routeOf('receiver', source)).toBe(receiver ?? sender);
  });
});

test('a receiver credits beyond reason: the sender’s delivery hears of misbehaviour, not of its own platform', () => {
  const source: Source = { from: 'outflow', command: { type: 'outflow.failed', code: 'protocol' } };
  expect(routeOf('sender', source)).toBe(misbehaved);
});

test('S5: a receiver takes no notice of other receivers', () => {
  const command = { type: 'peer.online', peer: 'AAAAAAAAAAAAAAAAAAAAAA' } as const;
  expect(routeOf('receiver', { from: 'signaling', command })).toBe('-');
});

test('C: any control message is routed without a throw, and never to nobody', () => {
  fc.assert(
    fc.property(controlMessages, fc.constantFrom<Role>('sender', 'receiver'), (command, role) => {
      expect(route(role, 'own', { from: 'control', command }).length).toBeGreaterThan(0);
    }),
  );
});
