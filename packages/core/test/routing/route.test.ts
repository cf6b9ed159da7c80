import { describe, expect, test } from 'vitest';

import { emptyPieces, piecesOf } from '../../src/pieces/piece-set.ts';
import type { Role, Source } from '../../src/routing/types.ts';
import { MANIFEST } from '../support/delivery-events.ts';
import { ELSEWHERE, MISBEHAVED, routeOf, type TableOf } from './route-table.ts';
import { digestOfAll } from '../support/digest-of-all.ts';

const envelope = { peer: 'sender', session: 's', seq: 0, data: '' };
const bytes = new Uint8Array(32);
const digest = digestOfAll(bytes);
const message = { type: 'restart.wanted', generation: 1 } as const;

const signaling: TableOf<'signaling'> = {
  'socket.open': [{ type: 'socket.open', socket: 1 }, '-'],
  'socket.send': [{ type: 'socket.send', socket: 1, text: '' }, '-'],
  'socket.close': [{ type: 'socket.close', socket: 1 }, '-'],
  'signaling.joined': [
    { type: 'signaling.joined', peers: [], tags: [], seats: 8, iceServers: [] },
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
  'signaling.waiting': [
    { type: 'signaling.waiting', code: 'limit' },
    'bundle: signaling.waiting',
    'delivery: signaling.waiting',
  ],
  'signaling.refused': [
    { type: 'signaling.refused', code: 'idle' },
    'bundle: signaling.refused',
    'delivery: signaling.refused',
  ],
  'signaling.replaced': [
    { type: 'signaling.replaced' },
    'bundle: signaling.replaced',
    'delivery: signaling.refused',
  ],
  'peer.online': [
    { type: 'peer.online', peer: 'sender', tag: '' },
    'bundle: peer.online',
    'delivery: peer.online, connection: peer.online',
  ],
  'peer.offline': [
    { type: 'peer.offline', peer: 'sender' },
    'bundle: peer.offline, connection: peer.offline',
    'delivery: peer.offline, connection: peer.offline',
  ],
  'relay.received': [
    { type: 'relay.received', envelope },
    'bundle: relay.received',
    'connection: relay.received',
  ],
};

const bundle: TableOf<'bundle'> = {
  'secrets.draw': [{ type: 'secrets.draw' }, '-'],
  'signaling.start': [{ type: 'signaling.start', room: '', token: bytes }, '-'],
  'signaling.stop': [{ type: 'signaling.stop' }, 'signaling: signaling.stopped'],
  'member.admit': [{ type: 'member.admit', member: 'm' }, 'signaling: admit.requested'],
  'member.dismiss': [{ type: 'member.dismiss', member: 'm' }, 'signaling: dismiss.requested'],
  'entropy.draw': [{ type: 'entropy.draw', session: '', privateKey: bytes, publicKey: bytes }, '-'],
  'relay.send': [{ type: 'relay.send', envelope }, 'signaling: relay.requested'],
  'delivery.open': [{ type: 'delivery.open', delivery: 'd', manifest: MANIFEST }, '-'],
  'delivery.close': [{ type: 'delivery.close', delivery: 'd' }, 'delivery d: cancel.requested'],
  'delivery.putOut': [
    { type: 'delivery.putOut', delivery: 'd' },
    'connection d: place.withdrawn, delivery d: cancel.requested',
  ],
  'session.open': [
    { type: 'session.open', delivery: 'd', session: undefined as never, generation: 1 },
    'connection d: session.opened',
  ],
  'session.receive': [
    { type: 'session.receive', delivery: 'd', envelope },
    'connection d: relay.received',
  ],
};

const connection: TableOf<'connection'> = {
  'entropy.draw': [{ type: 'entropy.draw', generation: 1 }, '-'],
  'secret.compute': [
    { type: 'secret.compute', session: '', privateKey: bytes, publicKey: bytes },
    '-',
  ],
  'relay.send': [{ type: 'relay.send', envelope }, 'signaling: relay.requested'],
  'negotiation.start': [{ type: 'negotiation.start', generation: 1, offers: true }, '-'],
  'negotiation.stop': [
    { type: 'negotiation.stop', generation: 1 },
    'negotiation: negotiation.stopped, lanes: lanes.stopped, delivery: connection.lost',
  ],
  'negotiation.receive': [
    { type: 'negotiation.receive', message },
    'negotiation: message.received',
  ],
  'negotiation.restart': [
    { type: 'negotiation.restart', generation: 1 },
    'negotiation: restart.requested, lanes: path.changed',
    'negotiation: restart.requested',
  ],
  'beat.send': [{ type: 'beat.send' }, 'control: beat'],
  'retry.scheduled': [{ type: 'retry.scheduled', delay: 1 }, '-', 'delivery: retry.scheduled'],
  'summary.received': [
    { type: 'summary.received', summary: { name: 'a', files: 1, bytes: 1 } },
    '-',
    'delivery: summary.received',
  ],
  'connection.established': [
    { type: 'connection.established', generation: 1 },
    'delivery: connection.established, bundle: delivery.connected',
    'delivery: connection.established',
  ],
  'place.awaited': [{ type: 'place.awaited' }, '-', 'delivery: signaling.waiting'],
  'answer.awaited': [
    { type: 'answer.awaited', senderName: 'Ana' },
    '-',
    'delivery: answer.awaited',
  ],
  'connection.lost': [
    { type: 'connection.lost' },
    'delivery: connection.lost, bundle: delivery.lost',
    'delivery: connection.lost',
  ],
  'connection.failed': [
    { type: 'connection.failed', code: 'security' },
    'delivery: connection.failed',
  ],
};

const negotiation: TableOf<'negotiation'> = {
  'message.send': [{ type: 'message.send', message }, 'connection: negotiation.sent'],
  'candidate.add': [
    { type: 'candidate.add', candidate: { candidate: '', mid: null, line: null } },
    '-',
  ],
  'negotiation.failed': [
    { type: 'negotiation.failed', generation: 1 },
    'connection: negotiation.failed',
  ],
};

const lane: TableOf<'lane'> = {
  'message.send': [
    {
      type: 'message.send',
      message: { type: 'description', generation: 1, round: 1, kind: 'offer', sdp: '' },
    },
    'control: lane.signals',
  ],
  'candidate.add': [
    { type: 'candidate.add', candidate: { candidate: '', mid: null, line: null } },
    '-',
  ],
  'negotiation.failed': [{ type: 'negotiation.failed', generation: 1 }, '-'],
};

const lanes: TableOf<'lanes'> = {
  'lane.open': [{ type: 'lane.open', lane: 1 }, '-', ELSEWHERE],
  'lane.join': [{ type: 'lane.join', lane: 1 }, ELSEWHERE, '-'],
  'lane.use': [{ type: 'lane.use', lane: 1 }, 'outflow: lane.opened', ELSEWHERE],
  'lane.retire': [{ type: 'lane.retire', lane: 1 }, 'outflow: lane.retired', ELSEWHERE],
  'lane.lose': [{ type: 'lane.lose', lane: 1 }, 'outflow: lane.lost', ELSEWHERE],
  'lane.withdraw': [{ type: 'lane.withdraw', lane: 1 }, 'control: lane.close', ELSEWHERE],
  'lane.receive': [{ type: 'lane.receive', lane: 1, message }, '-'],
  'lane.shut': [{ type: 'lane.shut', lane: 1 }, '-'],
  'chunks.await': [{ type: 'chunks.await', lane: 1, chunks: 2 }, ELSEWHERE, '-'],
  'closed.send': [{ type: 'closed.send', lane: 1, chunks: 2 }, ELSEWHERE, 'control: lane.closed'],
  'sample.start': [{ type: 'sample.start' }, '-', ELSEWHERE],
  'sample.take': [{ type: 'sample.take' }, '-', ELSEWHERE],
  'lanes.failed': [{ type: 'lanes.failed' }, 'delivery: remote.misbehaved'],
};

const outflow: TableOf<'outflow'> = {
  'piece.load': [{ type: 'piece.load', ordinal: 0 }, '-'],
  'chunks.send': [{ type: 'chunks.send', lane: 0, frame: 1, ordinal: 0, from: 0, to: 1 }, '-'],
  'buffer.await': [{ type: 'buffer.await', lane: 0, low: 0 }, '-'],
  'allowance.await': [{ type: 'allowance.await', milliseconds: 100 }, '-'],
  'piece.release': [{ type: 'piece.release', ordinal: 0 }, '-'],
  'progress.made': [
    { type: 'progress.made', bytes: 1 },
    'delivery: progress.made, lanes: progress.made',
  ],
  'lane.close': [{ type: 'lane.close', lane: 1, chunks: 2 }, 'control: lane.close'],
  'generation.spoil': [{ type: 'generation.spoil' }, 'connection: generation.spoiled'],
  'pieces.check': [{ type: 'pieces.check', first: 0, end: 1 }, '-'],
  'compared.send': [
    { type: 'compared.send', pieces: 64 },
    'control: compared, delivery: traffic.received',
  ],
  'again.send': [{ type: 'again.send', ranges: [] }, 'control: again'],
  'file.fail': [
    { type: 'file.fail', file: 0, code: 'source.changed' },
    'control: file.failed, delivery: file.failed',
  ],
  'file.retry': [{ type: 'file.retry', file: 0 }, 'control: file.retried, delivery: file.retried'],
  'entries.take': [{ type: 'entries.take', ranges: [] }, 'control: taken, delivery: entries.taken'],
  'outflow.finished': [
    { type: 'outflow.finished', failedFiles: [] },
    'lanes: lanes.stopped, delivery: outflow.finished',
  ],
  'outflow.failed': [
    { type: 'outflow.failed', code: 'source.changed' },
    'delivery: platform.failed',
  ],
};

const inflow: TableOf<'inflow'> = {
  'piece.store': [{ type: 'piece.store', ordinal: 0 }, '-'],
  'piece.discard': [{ type: 'piece.discard', ordinal: 0 }, '-'],
  'file.discard': [{ type: 'file.discard', file: 0, code: 'source.changed' }, '-'],
  'piece.store.again': [{ type: 'piece.store.again', ordinal: 0 }, '-'],
  'pieces.forget': [{ type: 'pieces.forget', ranges: [] }, '-'],
  'file.readmit': [{ type: 'file.readmit', file: 0, ranges: [] }, '-'],
  'entries.admit': [{ type: 'entries.admit', ranges: [] }, '-'],
  'missing.send': [{ type: 'missing.send', ranges: [], more: false }, 'control: missing'],
  'inflow.started': [{ type: 'inflow.started' }, 'delivery: inflow.started'],
  'inflow.stalled': [{ type: 'inflow.stalled' }, 'delivery: inflow.stalled'],
  'credit.send': [{ type: 'credit.send', upTo: 1, settled: 0 }, 'control: credit'],
  'progress.made': [{ type: 'progress.made', bytes: 1 }, 'delivery: progress.made'],
  'digest.compute': [{ type: 'digest.compute', absent: [] }, 'delivery: inflow.verifying'],
  'inflow.verified': [{ type: 'inflow.verified', digest }, 'delivery: inflow.verified'],
  'inflow.failed': [{ type: 'inflow.failed', code: 'integrity' }, 'delivery: inflow.failed'],
};

const delivery: TableOf<'delivery'> = {
  'offer.send': [
    { type: 'offer.send', manifest: MANIFEST },
    'control: offer, control: page',
    ELSEWHERE,
  ],
  'leaves.keep': [{ type: 'leaves.keep', first: 0, leaves: bytes }, '-', ELSEWHERE],
  'outflow.start': [
    {
      type: 'outflow.start',
      credit: 1,
      held: emptyPieces,
      failedFiles: [],
      leftOut: emptyPieces,
    },
    'bundle: delivery.accepted, outflow: outflow.started, lanes: lanes.started',
    ELSEWHERE,
  ],
  'outflow.pause': [
    { type: 'outflow.pause' },
    'outflow: outflow.paused, lanes: flow.paused',
    ELSEWHERE,
  ],
  'outflow.resume': [
    { type: 'outflow.resume' },
    'outflow: outflow.resumed, lanes: flow.resumed',
    ELSEWHERE,
  ],
  'outflow.stop': [
    { type: 'outflow.stop' },
    'outflow: outflow.stopped, lanes: lanes.stopped',
    ELSEWHERE,
  ],
  'generation.spoil': [{ type: 'generation.spoil' }, ELSEWHERE, 'connection: generation.spoiled'],
  'file.skip': [{ type: 'file.skip', file: 0 }, 'outflow: file.skipped', ELSEWHERE],
  'file.retry': [{ type: 'file.retry', file: 0 }, 'outflow: file.retried', ELSEWHERE],
  'source.digest': [{ type: 'source.digest', absent: [] }, '-', ELSEWHERE],
  'sent.send': [{ type: 'sent.send', digest }, 'control: sent', ELSEWHERE],
  'complete.send': [
    { type: 'complete.send', digest, isWhole: true },
    'control: complete, bundle: delivery.completed',
    ELSEWHERE,
  ],
  'sink.probe': [{ type: 'sink.probe', manifest: MANIFEST }, ELSEWHERE, '-'],
  'sink.open': [
    { type: 'sink.open', manifest: MANIFEST, sink: { kind: 'memory' }, leftOut: emptyPieces },
    ELSEWHERE,
    '-',
  ],
  'choice.record': [
    { type: 'choice.record', entries: 1, leftOut: emptyPieces, taken: [] },
    ELSEWHERE,
    '-',
  ],
  'sink.list': [{ type: 'sink.list' }, ELSEWHERE, '-'],
  'inflow.start': [
    {
      type: 'inflow.start',
      manifest: MANIFEST,
      held: emptyPieces,
      leftOut: emptyPieces,
      window: 1,
    },
    ELSEWHERE,
    '-',
  ],
  'inflow.stop': [
    { type: 'inflow.stop' },
    ELSEWHERE,
    'inflow: inflow.stopped, lanes: lanes.stopped',
  ],
  'leave.send': [
    { type: 'leave.send', leftOut: piecesOf([{ first: 0, end: 1 }]) },
    ELSEWHERE,
    'control: leave',
  ],
  'take.send': [{ type: 'take.send', ranges: [{ first: 0, end: 1 }] }, ELSEWHERE, 'control: take'],
  'gift.send': [{ type: 'gift.send', link: 'l' }, ELSEWHERE, 'control: give'],
  'held.send': [{ type: 'held.send', pieces: emptyPieces }, ELSEWHERE, '-'],
  'store.retry': [{ type: 'store.retry' }, ELSEWHERE, 'inflow: store.retried'],
  'sink.seal': [{ type: 'sink.seal', absent: [] }, ELSEWHERE, '-'],
  'sink.save': [{ type: 'sink.save', method: 'folder' }, ELSEWHERE, '-'],
  'sink.discard': [{ type: 'sink.discard' }, ELSEWHERE, '-'],
  'accept.send': [{ type: 'accept.send', credit: 1, entries: 1 }, ELSEWHERE, 'control: accept'],
  'decline.send': [{ type: 'decline.send' }, ELSEWHERE, 'control: decline'],
  'acceptance.announce': [
    { type: 'acceptance.announce' },
    ELSEWHERE,
    'signaling: delivery.accepted',
  ],
  'verified.send': [{ type: 'verified.send', digest }, ELSEWHERE, 'control: verified'],
  'pause.send': [{ type: 'pause.send', reason: 'person' }, 'control: pause'],
  'resume.send': [{ type: 'resume.send' }, 'control: resume'],
  'skip.send': [{ type: 'skip.send', file: 0 }, ELSEWHERE, 'control: file.skip'],
  'retry.send': [{ type: 'retry.send', file: 0 }, ELSEWHERE, 'control: file.retry'],
  'cancel.send': [{ type: 'cancel.send' }, 'control: cancel'],
  'failed.send': [{ type: 'failed.send', code: 'internal' }, 'control: failed'],
  'delivery.release': [
    { type: 'delivery.release', sink: 'discard' },
    'outflow: outflow.stopped, lanes: lanes.stopped, connection: connection.ended, bundle: delivery.ended',
    'inflow: inflow.stopped, lanes: lanes.stopped, connection: connection.ended, signaling: signaling.stopped',
  ],
};

const bulk: TableOf<'bulk'> = {
  'bulk.received': [{ type: 'bulk.received' }, 'delivery: bulk.received'],
  'bytes.arrived': [{ type: 'bytes.arrived', bytes: 7 }, 'delivery: bytes.arrived'],
};

// Every source except `control`, which has a test of its own.
const tables: { readonly [From in Exclude<Source['from'], 'control'>]: TableOf<From> } = {
  signaling,
  bundle,
  connection,
  negotiation,
  lane,
  lanes,
  outflow,
  inflow,
  delivery,
  bulk,
};

function endsOf(from: string): readonly Role[] {
  if (from === 'bundle' || from === 'outflow') return ['sender'];
  return from === 'inflow' ? ['receiver'] : ['sender', 'receiver'];
}

describe.each(Object.entries(tables))('a command of %s', (from, table) => {
  test.each(Object.entries(table))('%s goes where it belongs', (_, [command, sender, receiver]) => {
    const source = { from, lane: 1, command } as Source;
    const places = { sender, receiver: receiver ?? sender };
    for (const role of endsOf(from))
      if (places[role] !== ELSEWHERE) expect(routeOf(role, source)).toBe(places[role]);
  });
});

test('an absurd credit counts as the receiver’s misbehaviour, and not as a fault of the sender’s platform', () => {
  const source: Source = { from: 'outflow', command: { type: 'outflow.failed', code: 'protocol' } };
  expect(routeOf('sender', source)).toBe(MISBEHAVED);
});

test('S5: a receiver ignores other receivers', () => {
  const command = { type: 'peer.online', peer: 'AAAAAAAAAAAAAAAAAAAAAA', tag: '' } as const;
  expect(routeOf('receiver', { from: 'signaling', command })).toBe('-');
});

test('W1: a further lane sends its candidates, and never asks for a restart', () => {
  const candidate = {
    type: 'candidate',
    generation: 1,
    round: 1,
    candidate: '',
    mid: null,
    line: null,
  } as const;
  const say = (said: typeof candidate | typeof message): string =>
    routeOf('sender', {
      from: 'lane',
      lane: 1,
      command: { type: 'message.send', message: said },
    });
  expect(say(candidate)).toBe('control: lane.signals');
  expect(say(message)).toBe('-');
});
