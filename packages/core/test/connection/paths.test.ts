import { expect, test } from 'vitest';

import {
  connectionMachine,
  type ConnectionContext,
  type ConnectionEvent,
} from '../../src/connection/index.ts';
import { SENDER } from '../../src/protocol/types.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import {
  ConnectionHost,
  RECEIVER,
  sessionFrom,
  SUMMARY,
  type ConnectionRole,
} from './connection-host.ts';
import { createCoverage } from '../support/coverage.ts';

const GENERATIONS_MAX = 2;

type Move = (host: ConnectionHost) => void;

function eventsOf(
  role: ConnectionRole,
  { generation }: ConnectionContext,
): readonly ConnectionEvent[] {
  return [
    { type: 'signaling.joined', peers: role === 'initiator' ? [SENDER] : [] },
    { type: 'signaling.lost' },
    { type: 'peer.online', peer: SENDER },
    { type: 'peer.offline', peer: SENDER },
    { type: 'peer.offline', peer: RECEIVER },
    { type: 'lane.opened', generation },
    { type: 'lane.closed', generation },
    { type: 'lane.suspected', generation },
    { type: 'path.suspected' },
    { type: 'retry.requested' },
    { type: 'receiver.named', receiverName: 'Bo' },
    { type: 'negotiation.failed', generation },
    {
      type: 'negotiation.sent',
      message: { type: 'restart.wanted', generation: Math.max(1, generation) },
    },
    { type: 'traffic.received' },
    { type: 'control.sent' },
    { type: 'connection.ended' },
  ];
}

function movesOf(host: ConnectionHost): readonly Move[] {
  const { context, timers } = host.stepper;
  const moves: Move[] = [
    ...eventsOf(host.role, context).map(
      (event): Move =>
        (next) =>
          next.send(event),
    ),
    ...[...timers.keys()].map(
      (id): Move =>
        (next) =>
          next.elapse(id),
    ),
  ];
  if (host.state === 'drawing') {
    moves.push((next) => next.draw());
    moves.push((next) => next.failToDraw());
  }
  if (host.state === 'handshaking') {
    moves.push((next) => next.send({ type: 'relay.received', envelope: next.answer() }));
    moves.push((next) =>
      next.send({ type: 'relay.received', envelope: { ...next.answer(), data: '' } }),
    );
    moves.push((next) =>
      next.send({ type: 'secret.computed', session: next.handshake?.session ?? '' }),
    );
  }
  if (host.session !== undefined) {
    moves.push((next) => {
      const isDue = next.role === 'initiator' && isFirst(next);
      next.send({ type: 'relay.received', envelope: summaryTo(next) }, isDue);
    });
    moves.push((next) => {
      const isDue = next.role === 'initiator' && isFirst(next);
      next.send({ type: 'relay.received', envelope: next.envelopeOf({ type: 'wait' }) }, isDue);
    });
    moves.push((next) => next.hear({ type: 'restart.wanted', generation: 1 }));
    for (const reason of ['full', 'unreachable'] as const)
      moves.push((next) => next.hear({ type: 'goodbye', reason }));
    moves.push((next) => next.hear({ type: 'reconnect.wanted', generation: host.generation }));
    moves.push((next) =>
      next.send({
        type: 'relay.received',
        envelope: { ...next.envelopeOf({ type: 'restart.wanted', generation: 1 }), data: '' },
      }),
    );
  }
  if (host.role === 'responder') {
    moves.push((next) => next.send({ type: 'generation.spoiled' }));
    moves.push((next) => next.send({ type: 'place.withdrawn' }));
    moves.push((next) => next.negotiate());
    moves.push((next) =>
      next.send({ type: 'session.opened', session: sessionFrom(50), generation: next.generation }),
    );
  }
  return moves;
}

// The parts of the state that decide; keys and counters of messages don't.
function keyOf({ stepper, session }: ConnectionHost): string {
  const { context, value } = stepper;
  const { generation, senderOnline, connected, authenticationFailures } = context;
  return JSON.stringify([
    value,
    generation,
    senderOnline,
    connected,
    authenticationFailures,
    session === undefined,
    isFirst({ session }),
  ]);
}

/** N10: whether the other end's first message is due. */
function isFirst({ session }: Pick<ConnectionHost, 'session'>): boolean {
  return session?.nextIn === 1;
}

function summaryTo(host: ConnectionHost): Envelope {
  return host.envelopeOf({ type: 'summary', ...SUMMARY });
}

/** Makes every move from every state that differs. */
function walk(role: ConnectionRole, machine: typeof connectionMachine): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const queue = [new ConnectionHost(role, { machine })];
  for (let host = queue.shift(); host !== undefined; host = queue.shift()) {
    const key = keyOf(host);
    if (seen.has(key)) continue;
    seen.set(key, host.state);
    if (host.stepper.isOver || host.generation > GENERATIONS_MAX) continue;
    for (const move of movesOf(host)) {
      const next = host.fork();
      move(next);
      queue.push(next);
    }
  }
  return new Set(seen.values());
}

test('every state is reached, and every transition is taken', () => {
  const coverage = createCoverage(connectionMachine);
  const states = (['initiator', 'responder'] as const).flatMap((role) => [
    ...walk(role, coverage.machine),
  ]);
  expect(new Set(states)).toEqual(
    new Set([
      'waiting',
      'drawing',
      'handshaking',
      'live',
      'backingOff',
      'awaitingPlace',
      'awaitingAnswer',
      'failed',
      'ended',
    ]),
  );
  expect(coverage.missed()).toEqual({ states: [], transitions: [] });
});
