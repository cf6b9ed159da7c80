import { expect, test } from 'vitest';

import { encodeServerMessage } from '../../src/protocol/server-messages.ts';
import type { ServerMessage } from '../../src/protocol/types.ts';
import { signalingMachine, type SignalingEvent } from '../../src/signaling/index.ts';
import { createCoverage } from '../support/coverage.ts';
import { INPUT, JOINED } from './signaling-host.ts';
import { Stepper, walk, type Move } from '../support/stepper.ts';

type Machine = typeof signalingMachine;

const SOCKETS_MAX = 3;

const MESSAGES: readonly ServerMessage[] = [
  JOINED,
  { type: 'ping' },
  { type: 'replaced' },
  { type: 'restarting' },
  { type: 'peer.online', peer: 'sender' },
  { type: 'peer.offline', peer: 'sender' },
  { type: 'refused', code: 'idle', message: '' },
  { type: 'refused', code: 'limit', message: '' },
];

function movesOf({ context, isOver }: Stepper<Machine>): readonly Move<Machine>[] {
  const { socket } = context;
  if (isOver || socket > SOCKETS_MAX) return [];
  const events: readonly SignalingEvent[] = [
    { type: 'socket.opened', socket },
    { type: 'socket.closed', socket, jitter: 0.5 },
    ...MESSAGES.map(
      (message) =>
        ({ type: 'message.received', socket, text: encodeServerMessage(message) }) as const,
    ),
    { type: 'message.received', socket, text: 'garbage' },
    { type: 'relay.requested', envelope: { peer: 'sender', session: 'x', seq: 0, data: '' } },
    { type: 'delivery.accepted' },
    { type: 'admit.requested', member: INPUT.room },
    { type: 'dismiss.requested', member: INPUT.room },
    { type: 'retry.requested' },
    { type: 'signaling.stopped' },
  ];
  return events.map(
    (event): Move<Machine> =>
      (next) =>
        next.send(event),
  );
}

test('every state is reached, and every transition is taken', () => {
  const coverage = createCoverage(signalingMachine);
  const first = new Stepper(coverage.machine, INPUT);
  expect(walk(first, INPUT, movesOf, (context) => context)).toEqual(
    new Set([
      '{"entering":"connecting"}',
      '{"entering":"joining"}',
      '{"joined":"listening"}',
      '"backingOff"',
      '"replaced"',
      '"refused"',
      '"stopped"',
    ]),
  );
  expect(coverage.missed()).toEqual({ states: [], transitions: [] });
});
