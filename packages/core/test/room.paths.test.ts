import { expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';

import { SENDER } from '../src/protocol/types.ts';
import { roomMachine, type RoomEvent } from '../src/room/index.ts';
import { start, step } from '../src/step.ts';
import { settings } from './support/room-host.ts';

const SEATS = [
  { socket: 's', member: SENDER },
  { socket: 'a', member: 'receiver A' },
  // A second socket of the sender: the only way to join a room in which both roles are seated.
  { socket: 's2', member: SENDER },
] as const;

const EVENTS: readonly RoomEvent[] = [
  { type: 'server.stopping' },
  ...SEATS.flatMap(({ socket, member }): RoomEvent[] => [
    { type: 'member.joined', socket, member },
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
  ]),
];

/** Every snapshot that differs in state or seats, with the events that were taken there. */
function walk(): ReadonlyMap<string, ReadonlySet<string>> {
  const taken = new Map<string, Set<string>>();
  const queue = [start(roomMachine, settings)[0]];
  const seen = new Set<string>();
  for (let snapshot = queue.shift(); snapshot !== undefined; snapshot = queue.shift()) {
    const key = JSON.stringify([snapshot.value, snapshot.context.seats]);
    if (seen.has(key)) continue;
    seen.add(key);
    const state = JSON.stringify(snapshot.value);
    const here = taken.get(state) ?? new Set();
    taken.set(state, here);
    for (const event of EVENTS) {
      if (!snapshot.can(event)) continue;
      here.add(event.type);
      queue.push(step(roomMachine, snapshot, event)[0]);
    }
  }
  return taken;
}

/** The events that a state declares, its ancestors' included. */
function declared(snapshot: AnyMachineSnapshot): readonly string[] {
  return [...new Set(snapshot._nodes.flatMap((node) => node.ownEvents))].sort();
}

test('every state is reached, and every transition that it declares is taken', () => {
  const taken = walk();
  expect([...taken.keys()].sort()).toEqual([
    '"created"',
    '"ended"',
    '{"open":"awaitingReceivers"}',
    '{"open":"awaitingSender"}',
    '{"open":"introduced"}',
  ]);
  for (const [state, events] of taken) {
    const snapshot = roomMachine.resolveState({
      value: JSON.parse(state) as never,
      context: { settings, seats: [] },
    });
    expect([...events].sort(), state).toEqual(declared(snapshot));
  }
});
