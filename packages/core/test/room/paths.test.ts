import { expect, test } from 'vitest';

import { SENDER } from '../../src/protocol/types.ts';
import { roomMachine, type RoomEvent } from '../../src/room/index.ts';
import { start, step } from '../../src/step.ts';
import { createCoverage } from '../support/coverage.ts';
import { settings, TAG } from './room-host.ts';

const SEATS = [
  { socket: 's', member: SENDER },
  { socket: 'a', member: 'receiver A' },
  // A second socket of the sender: the only way to join a room with both roles seated.
  { socket: 's2', member: SENDER },
] as const;

const EVENTS: readonly RoomEvent[] = [
  { type: 'server.stopping' },
  ...SEATS.flatMap(({ socket, member }): RoomEvent[] => [
    { type: 'member.joined', socket, member, tag: TAG },
    {
      type: 'relay.received',
      socket,
      to: member === SENDER ? 'receiver A' : SENDER,
      session: 'x',
      seq: 0,
      data: 'y',
    },
    { type: 'delivery.accepted', socket },
    { type: 'pong.received', socket },
    { type: 'member.left', socket },
    { type: 'message.refused', socket, code: 'malformed' },
    { type: 'socket.closed', socket },
    { type: 'ping.due', socket },
    { type: 'silence.elapsed', socket },
    { type: 'unaccepted.elapsed', socket },
    { type: 'admit.received', socket, member: 'receiver A' },
    { type: 'dismiss.received', socket, member: 'receiver A' },
    { type: 'knock.elapsed', member },
  ]),
];

/** Sends every event to every snapshot that differs in state or seats. */
function walk(machine: typeof roomMachine): ReadonlySet<string> {
  const queue = [start(machine, settings)[0]];
  const seen = new Set<string>();
  for (let snapshot = queue.shift(); snapshot !== undefined; snapshot = queue.shift()) {
    const key = JSON.stringify([snapshot.value, snapshot.context.seats]);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const event of EVENTS) queue.push(step(machine, snapshot, event)[0]);
  }
  return new Set([...seen].map((key) => JSON.stringify((JSON.parse(key) as unknown[])[0])));
}

test('every state is reached, and every transition is taken', () => {
  const coverage = createCoverage(roomMachine);
  expect(walk(coverage.machine)).toEqual(
    new Set([
      '"created"',
      '"ended"',
      '{"open":"awaitingReceivers"}',
      '{"open":"awaitingSender"}',
      '{"open":"introduced"}',
    ]),
  );
  expect(coverage.missed()).toEqual({ states: [], transitions: [] });
});
